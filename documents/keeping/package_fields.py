"""What a transfer package says of a file and of a document, by the names that its metadata bears."""

FILE_FIELDS = {  # Circular 05/2025/TT-BNV, data of a records file; the names stand in files.csv and metadata.json
    "ma_ho_so": "mã hồ sơ",
    "tieu_de_ho_so": "tiêu đề hồ sơ",
    "thoi_han_luu_tru": "thời hạn lưu trữ",
    "can_cu_thoi_han": "căn cứ thời hạn lưu trữ",
    "muc_do_tiep_can": "mức độ tiếp cận",
    "ngon_ngu": "ngôn ngữ",
    "thoi_gian_bat_dau": "thời gian bắt đầu",
    "thoi_gian_ket_thuc": "thời gian kết thúc",
    "tu_khoa": "từ khóa",
    "tong_so_tai_lieu": "tổng số tài liệu trong hồ sơ",
    "so_luong_trang": "số lượng trang",
}
DOCUMENT_FIELDS = {
    "ma_ho_so": "mã hồ sơ",
    "so_thu_tu": "số thứ tự trong hồ sơ",
    "ma_van_ban": "mã văn bản",
    "so_ky_hieu": "số, ký hiệu",
    "ngay_ban_hanh": "ngày ban hành",
    "co_quan_ban_hanh": "cơ quan ban hành",
    "ten_loai": "tên loại văn bản",
    "trich_yeu": "trích yếu",
    "muc_do_tiep_can": "mức độ tiếp cận",
    "so_luong_trang": "số lượng trang",
    "luu_luc": "thời điểm lưu",
    "tep": "tệp tin",
    "dung_luong": "dung lượng (byte)",
    "sha256": "giá trị băm SHA-256",
    "thay_the": "thay thế văn bản mã",
    "ky_theo_danh_sach": "ký theo danh sách mã",
}
ACCESS = {"public": "công khai trong cơ quan", "restricted": "hạn chế", "personal": "cá nhân"}
KINDS_ACCESS = {"unit": "restricted", "council": "restricted", "personal": "personal"}
