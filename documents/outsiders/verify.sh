#!/bin/sh
# Checks an archive by its registers, with standard tools only: sha256sum, grep, sort, openssl. No part of the system
# that wrote the archive is used, and nothing is changed. The instruction in Vietnamese is HUONG-DAN-KIEM-TRA.txt.
#   verify.sh -r ROOT.pem [-w HEADS] [ARCHIVE]
#     ROOT.pem  certificates of the time-stamp authority's root, from the authority itself and not from this archive
#     HEADS     text with the heads that a witness got by mail; each must still be the hash of a sheet
#     ARCHIVE   the folder that holds registers/; by default the one around this script
# Ends with 0: everything is proven. 1: something is missing, changed or contradicts itself. 2: nothing could be checked.
# 3: nothing is wrong, but some sheet has no time stamp yet.
set -u
LC_ALL=C
export LC_ALL
umask 077

LATE=604800     # seconds: a sheet stamped a week after its last line was not closed when it says
CLOCKS=300      # seconds by which two clocks may differ

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
root= heads=
while getopts r:w: option; do
    case $option in
        r) root=$OPTARG ;;
        w) heads=$OPTARG ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ $# -le 1 ] || usage
archive=${1:-$(dirname "$0")/..}
cannot() { echo "KHÔNG KIỂM TRA ĐƯỢC: $*" >&2; exit 2; }
for tool in sha256sum grep sed sort cut find openssl mktemp; do
    command -v "$tool" >/dev/null || cannot "thiếu công cụ $tool"
done
[ -n "$root" ] || usage
[ -r "$root" ] || cannot "không đọc được chứng thư gốc $root"
[ -z "$heads" ] || [ -r "$heads" ] || cannot "không đọc được tệp $heads"
root=$(cd "$(dirname "$root")" && pwd)/$(basename "$root")
[ -z "$heads" ] || heads=$(cd "$(dirname "$heads")" && pwd)/$(basename "$heads")
cd "$archive" 2>/dev/null || cannot "không có thư mục $archive"
[ -d registers ] || cannot "trong $archive không có thư mục registers"

work=$(mktemp -d) || cannot "không tạo được thư mục tạm"
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM HUP
: >"$work/faults"
: >"$work/owed"
: >"$work/named"
: >"$work/disposed"
: >"$work/sheets"
fault() { kind=$1; shift; echo "LỖI [$kind] $*" | tee -a "$work/faults"; }

# Seconds since 1970 of a moment in UTC: year month day hour minute second, leading zeros allowed.
seconds() {
    y=$1 m=${2#0} d=${3#0} h=${4#0} min=${5#0} s=${6#0}
    [ "$m" -gt 2 ] || { y=$((y - 1)); m=$((m + 12)); }
    days=$((365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 719469))
    echo $((days * 86400 + ${h:-0} * 3600 + ${min:-0} * 60 + ${s:-0}))
}

# When a token was made, by its own words; empty when it cannot be read.
stamped_at() {
    openssl ts -reply -in "$1" -token_in -text 2>/dev/null | grep '^Time stamp: ' | {
        read -r _time _stamp month day clock year _zone || exit 0
        number=0
        for name in Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec; do
            number=$((number + 1))
            [ "$name" != "$month" ] || break
        done
        clock=${clock%%.*}
        rest=${clock#*:}
        seconds "$year" "$number" "$day" "${clock%%:*}" "${rest%%:*}" "${rest#*:}"
    }
}

# --- sheets: each names the hash of the one before it and is time-stamped -----------------------------------------
SUM='[0-9a-f]\{64\}'
LINE="^$SUM  [^ ].*  20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]+07:00  [^ ][^ ]*\$"
count=0
for folder in registers/*/; do
    [ -d "$folder" ] || continue
    folder=${folder%/}
    before=0000000000000000000000000000000000000000000000000000000000000000
    ordinal=0 latest=0
    find "$folder" -name '*.txt' | sed 's,.*/,,' | sort -t - -k 4,4 >"$work/list"
    [ -s "$work/list" ] || fault missing "$folder: không có tờ sổ nào"
    for name in $(cat "$work/list"); do
        sheet=$folder/$name
        count=$((count + 1)) ordinal=$((ordinal + 1))
        written=${name%.txt}
        written=${written##*-}
        while [ "${written#0}" != "$written" ]; do written=${written#0}; done
        if [ "$written" != "$ordinal" ]; then
            fault missing "$folder: thiếu tờ số $ordinal (tiếp theo là $name)"
            ordinal=$written
        fi
        sum=$(sha256sum <"$sheet" | cut -c 1-64)
        echo "$sum" >>"$work/sheets"
        [ "$(head -n 1 "$sheet")" = "$before" ] ||
            fault chain "$sheet: dòng đầu không phải là mã SHA-256 của tờ trước ($before)"
        before=$sum
        sed 1d "$sheet" >"$work/lines"
        [ "$(tail -c 1 "$sheet" | wc -l)" -eq 1 ] || fault changed "$sheet: dòng cuối bị cắt"
        grep -v "$LINE" "$work/lines" | while read -r bad; do fault changed "$sheet: dòng sai mẫu: $bad"; done
        grep "$LINE" "$work/lines" | cut -c 1-64 >>"$work/named"
        grep "$LINE" "$work/lines" | grep ':disposed$' | cut -c 1-64 >>"$work/disposed"
        last=$(sed -n 's/.*  \(20..\)-\(..\)-\(..\)T\(..\):\(..\):\(..\)+07:00  .*/\1 \2 \3 \4 \5 \6/p' "$work/lines" |
            sort | tail -n 1)
        # shellcheck disable=SC2086
        if [ -n "$last" ]; then last=$(($(seconds $last) - 25200)); else last=0; fi
        token=${sheet%.txt}.tst
        if [ ! -e "$token" ]; then
            echo "CHƯA CÓ dấu thời gian: $sheet" | tee -a "$work/owed"
            continue
        fi
        at=$(stamped_at "$token")
        # Judged at its own time: the authority's certificate ends some day, what it signed before stays signed.
        if [ -z "$at" ] || ! openssl ts -verify -digest "$sum" -in "$token" -token_in -CAfile "$root" -attime "$at" \
            >"$work/answer" 2>&1 || ! grep -q '^Verification: OK' "$work/answer"; then
            fault stamp "$sheet: dấu thời gian không đúng với tờ sổ hoặc không do cơ quan tin cậy cấp"
            continue
        fi
        [ "$at" -ge $((last - CLOCKS)) ] || fault backdated "$sheet: có dòng ghi muộn hơn dấu thời gian của tờ"
        [ "$at" -le $((last + LATE)) ] || fault backdated "$sheet: dấu thời gian muộn hơn dòng cuối quá 7 ngày"
        [ "$at" -ge "$latest" ] || fault backdated "$sheet: dấu thời gian sớm hơn dấu của tờ trước"
        latest=$at
    done
    for token in "$folder"/*.tst; do
        [ ! -e "$token" ] || [ -e "${token%.tst}.txt" ] || fault missing "$token: có dấu thời gian mà không có tờ sổ"
    done
done
[ "$count" -gt 0 ] || fault missing "registers: không có tờ sổ nào"

# --- heads that left the house by mail ----------------------------------------------------------------------------
if [ -n "$heads" ]; then
    grep -o "$SUM" "$heads" | grep -v '^0\{64\}$' | sort -u >"$work/heads"
    [ -s "$work/heads" ] || cannot "trong $heads không có mã SHA-256 nào"
    sort -u "$work/sheets" >"$work/sheets.sorted"
    grep -v -x -F -f "$work/sheets.sorted" "$work/heads" | while read -r head; do
        fault witness "người chứng kiến đã nhận mã $head, nhưng không tờ sổ nào còn mã đó"
    done
fi

# --- files: each one that a register names is there and has the hash it is named by -------------------------------
sort -u "$work/named" >"$work/sums"
sed 's,^\(..\)\(..\)\(.*\)$,\1\2\3  ./\1/\2/\1\2\3,' "$work/sums" >"$work/wanted"
: >"$work/there"
: >"$work/absent"
while read -r sum path; do
    if [ -f "$path" ]; then echo "$sum  $path" >>"$work/there"; else echo "$sum" >>"$work/absent"; fi
done <"$work/wanted"
# What the register itself says was destroyed when its term was over is not missing.
grep -v -x -F -f "$work/disposed" "$work/absent" >"$work/gone"
if [ -s "$work/there" ]; then
    sha256sum -c "$work/there" 2>/dev/null | grep -v ': OK$' | while read -r line; do
        fault changed "${line%%:*}: nội dung tệp không còn như khi vào sổ"
    done
fi
if [ -s "$work/gone" ]; then
    find . -type f ! -path './registers/*' -exec sha256sum {} + >"$work/all"
    while read -r sum; do
        if found=$(grep "^$sum " "$work/all" | head -n 1) && [ -n "$found" ]; then
            fault renamed "tệp $sum nay mang tên khác: ${found#*  }"
        else
            fault missing "tệp $sum không còn trong kho"
        fi
    done <"$work/gone"
fi

files=$(wc -l <"$work/sums")
wrong=$(wc -l <"$work/faults")
owed=$(wc -l <"$work/owed")
echo "$((count)) tờ sổ, $((files)) tệp; $((wrong)) lỗi, $((owed)) tờ chưa có dấu thời gian"
[ "$wrong" -eq 0 ] || exit 1
[ "$owed" -eq 0 ] || exit 3
echo "ĐÚNG: mọi tờ sổ và mọi tệp đều nguyên vẹn."
