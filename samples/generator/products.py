"""The invented province's product catalogue: task, detailed work, output, complexity group and points.

A line is ``detail | output | group | points``; points of the standard product are 5, so k = points / 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

STANDARD_POINTS = Decimal(5)
FRAMES = {1: "0,5 - 4", 2: "5 - 9", 3: "10 - 19", 4: "20 - 34", 5: "35 - 50"}

LEADERSHIP = """
# Lãnh đạo, chỉ đạo, điều hành
Chủ trì xây dựng chương trình công tác quý của đơn vị | Chương trình công tác quý được phê duyệt | 3 | 15
Chủ trì xây dựng kế hoạch công tác tháng | Kế hoạch tháng và bảng phân công | 2 | 6
Chủ trì họp giao ban, kết luận và giao việc | Thông báo kết luận giao ban | 1 | 4
Phân công, theo dõi, đôn đốc công việc của công chức | Bảng theo dõi tiến độ tháng | 2 | 5
Thẩm định, ký ban hành văn bản theo thẩm quyền | Văn bản được ký ban hành | 1 | 1
Rà soát, ký tắt hồ sơ trình lãnh đạo | Hồ sơ đã ký tắt | 1 | 1.5
Chủ trì hội nghị chuyên đề của ngành | Hội nghị và báo cáo kết quả | 4 | 25
Chủ trì xây dựng đề án trình Ủy ban nhân dân tỉnh | Đề án và tờ trình | 5 | 45
Chủ trì xây dựng nghị quyết trình Hội đồng nhân dân tỉnh | Dự thảo nghị quyết và hồ sơ trình | 5 | 50
Chỉ đạo sơ kết, tổng kết nhiệm vụ của đơn vị | Báo cáo sơ kết, tổng kết | 3 | 12
Chủ trì làm việc với cơ sở để tháo gỡ khó khăn | Biên bản làm việc và thông báo kết luận | 2 | 8
Tiếp công dân định kỳ theo lịch | Phiếu tiếp công dân và kết luận | 2 | 5
# Quản lý nội bộ của lãnh đạo đơn vị
Theo dõi, chấm điểm công chức thuộc quyền | Phiếu theo dõi, đánh giá đã chấm | 1 | 2
Chủ trì họp kiểm điểm, rút kinh nghiệm | Biên bản họp kiểm điểm | 2 | 5
Chỉ đạo cải tiến quy trình giải quyết công việc | Quy trình được ban hành | 4 | 20
Kiểm tra việc thực hiện kỷ luật, kỷ cương hành chính | Báo cáo kiểm tra nội bộ | 3 | 10
"""

SHARED = """
# Tham mưu, tổng hợp
Xây dựng báo cáo định kỳ tháng | Báo cáo tháng | 2 | 5
Xây dựng báo cáo định kỳ quý | Báo cáo quý | 3 | 10
Xây dựng báo cáo chuyên đề | Báo cáo chuyên đề | 3 | 15
Xây dựng báo cáo đột xuất theo yêu cầu của cấp trên | Báo cáo đột xuất | 2 | 7.5
Xây dựng kế hoạch triển khai nhiệm vụ | Kế hoạch được ban hành | 3 | 12.5
Soạn thảo công văn hướng dẫn nghiệp vụ | Công văn hướng dẫn | 2 | 6
Soạn thảo công văn trả lời, đôn đốc | Công văn | 1 | 3
Soạn thảo tờ trình, quyết định cá biệt | Tờ trình, dự thảo quyết định | 2 | 5
Góp ý dự thảo văn bản quy phạm pháp luật | Văn bản góp ý | 2 | 6
Tổng hợp số liệu, lập biểu thống kê | Biểu thống kê | 1 | 4
Chuẩn bị tài liệu họp cho lãnh đạo | Bộ tài liệu họp | 2 | 5
Ghi biên bản, dự thảo thông báo kết luận cuộc họp | Biên bản, thông báo kết luận | 1 | 3
# Phối hợp, tiếp nhận và trả kết quả
Tiếp nhận, thẩm định hồ sơ thủ tục hành chính thông thường | Hồ sơ giải quyết đúng hạn | 1 | 2
Thẩm định hồ sơ thủ tục hành chính phức tạp | Kết quả thẩm định | 2 | 8
Trả lời kiến nghị của người dân, doanh nghiệp | Văn bản trả lời | 2 | 5
Tham gia đoàn kiểm tra liên ngành | Báo cáo kết quả kiểm tra phần được giao | 3 | 12
Tham gia tổ công tác, ban chỉ đạo | Báo cáo phần việc được giao | 2 | 7
Cập nhật dữ liệu lên phần mềm chuyên ngành | Dữ liệu được cập nhật, đối chiếu | 1 | 2
# Văn thư, lưu trữ, hành chính
Tiếp nhận, đăng ký, chuyển văn bản đến trong tuần | Sổ đăng ký văn bản đến của tuần | 1 | 3
Cấp số, đóng dấu, phát hành văn bản đi trong tuần | Sổ đăng ký văn bản đi của tuần | 1 | 3
Lập hồ sơ công việc, giao nộp lưu trữ | Hồ sơ đã lập và mục lục | 1 | 2
Chỉnh lý tài liệu lưu trữ | Mét tài liệu đã chỉnh lý | 3 | 10
Thu thập hồ sơ đến hạn nộp lưu | Biên bản giao nhận tài liệu | 2 | 5
Phục vụ khai thác tài liệu lưu trữ | Phiếu khai thác đã giải quyết | 1 | 1
Lập dự toán, quyết toán kinh phí | Hồ sơ dự toán, quyết toán | 3 | 15
Lập chứng từ, hạch toán kế toán trong tháng | Bộ chứng từ tháng | 2 | 6
Quản lý tài sản công, công cụ | Sổ theo dõi tài sản được cập nhật | 2 | 5
Quản trị mạng, phần mềm của cơ quan | Nhật ký vận hành tháng | 2 | 6
"""

HOME_AFFAIRS = """
# Tổ chức bộ máy, biên chế
Thẩm định đề án sắp xếp tổ chức bộ máy | Văn bản thẩm định đề án | 4 | 30
Thẩm định quy định chức năng, nhiệm vụ của đơn vị | Văn bản thẩm định | 3 | 15
Xây dựng kế hoạch biên chế hằng năm | Kế hoạch biên chế | 4 | 25
Theo dõi, tổng hợp tình hình sử dụng biên chế | Biểu tổng hợp biên chế | 2 | 6
Thẩm định đề án vị trí việc làm của cơ quan, đơn vị | Văn bản thẩm định đề án vị trí việc làm | 4 | 20
Hướng dẫn xây dựng bản mô tả vị trí việc làm | Công văn hướng dẫn và mẫu biểu | 3 | 10
Giải quyết đề nghị thành lập, giải thể đơn vị | Tờ trình và dự thảo quyết định | 3 | 18
# Công chức, viên chức
Tổ chức tuyển dụng công chức | Kế hoạch, quyết định tuyển dụng | 5 | 40
Thẩm định hồ sơ tiếp nhận, điều động | Văn bản thẩm định, dự thảo quyết định | 2 | 5
Thẩm định hồ sơ nâng lương, nâng ngạch | Danh sách và dự thảo quyết định | 2 | 5
Thẩm định hồ sơ nghỉ hưu, thôi việc | Dự thảo quyết định | 1 | 4
Xây dựng kế hoạch đào tạo, bồi dưỡng | Kế hoạch đào tạo, bồi dưỡng | 4 | 20
Tổ chức lớp bồi dưỡng | Lớp bồi dưỡng và báo cáo kết quả | 3 | 15
Thẩm định hồ sơ bổ nhiệm, bổ nhiệm lại | Văn bản thẩm định nhân sự | 3 | 10
Tổng hợp kết quả đánh giá, xếp loại chất lượng | Báo cáo tổng hợp | 3 | 15
Cập nhật cơ sở dữ liệu cán bộ, công chức, viên chức | Hồ sơ điện tử được cập nhật | 1 | 1
# Xây dựng chính quyền, công tác thanh niên
Hướng dẫn hoạt động của chính quyền cấp xã | Công văn hướng dẫn | 2 | 8
Thẩm định hồ sơ địa giới đơn vị hành chính | Văn bản thẩm định hồ sơ địa giới | 4 | 25
Theo dõi công tác bầu cử bổ sung, kiện toàn nhân sự cấp xã | Báo cáo và dự thảo quyết định | 3 | 12
Kiểm tra thực hiện dân chủ ở cơ sở | Báo cáo kiểm tra | 3 | 10
Thẩm định hồ sơ hội, quỹ | Văn bản thẩm định, dự thảo quyết định | 2 | 8
Xây dựng chương trình phát triển thanh niên | Chương trình được phê duyệt | 4 | 22.5
# Cải cách hành chính, thi đua
Xây dựng kế hoạch cải cách hành chính | Kế hoạch cải cách hành chính | 4 | 20
Kiểm tra cải cách hành chính tại cơ quan, địa phương | Báo cáo kiểm tra | 3 | 12.5
Chấm điểm chỉ số cải cách hành chính | Bảng điểm và báo cáo | 3 | 18
Khảo sát mức độ hài lòng của người dân | Báo cáo khảo sát | 4 | 25
Thẩm định hồ sơ khen thưởng | Hồ sơ khen thưởng đã thẩm định | 1 | 3
Tổ chức phong trào thi đua chuyên đề | Kế hoạch và báo cáo phong trào | 3 | 15
Tuyên truyền cải cách hành chính | Tin, bài được đăng | 1 | 4
# Lao động, việc làm, người có công
Thẩm định hồ sơ cấp giấy phép lao động | Hồ sơ đã thẩm định | 1 | 4
Theo dõi tình hình lao động, tiền lương trong doanh nghiệp | Báo cáo tình hình lao động | 3 | 10
Tổ chức phiên giao dịch việc làm | Phiên giao dịch và báo cáo | 3 | 18
Thẩm định hồ sơ người có công | Hồ sơ đã thẩm định | 2 | 5
Giải quyết chế độ ưu đãi thường xuyên | Danh sách chi trả tháng | 2 | 7.5
Kiểm tra an toàn, vệ sinh lao động | Biên bản và báo cáo kiểm tra | 3 | 12
Hướng dẫn thực hiện chính sách tiền lương | Công văn hướng dẫn | 2 | 6
"""

FINANCE = """
# Ngân sách, đầu tư
Thẩm định dự toán ngân sách của đơn vị | Văn bản thẩm định dự toán | 3 | 15
Tổng hợp dự toán ngân sách tỉnh | Báo cáo dự toán ngân sách | 5 | 50
Thẩm tra quyết toán dự án hoàn thành | Báo cáo thẩm tra quyết toán | 4 | 25
Thẩm định kế hoạch vốn đầu tư công | Văn bản thẩm định kế hoạch vốn | 4 | 30
Theo dõi giải ngân vốn đầu tư công | Báo cáo giải ngân tháng | 2 | 7.5
Nhập dự toán, điều chỉnh dự toán trên hệ thống | Bút toán đã nhập, đối chiếu | 1 | 1
Thẩm định quyết toán ngân sách năm của đơn vị | Thông báo xét duyệt quyết toán | 3 | 12
Đối chiếu thu, chi ngân sách với kho bạc | Bảng đối chiếu | 2 | 5
# Tài sản công, giá, doanh nghiệp
Thẩm định phương án xử lý tài sản công | Văn bản thẩm định phương án | 3 | 12.5
Thẩm định giá tài sản, hàng hóa, dịch vụ | Thông báo thẩm định giá | 3 | 10
Xây dựng bảng giá, khung giá | Tờ trình và dự thảo quyết định giá | 4 | 32.5
Theo dõi thị trường, báo cáo giá cả | Báo cáo giá thị trường | 2 | 5
Cấp đăng ký kinh doanh | Giấy chứng nhận đăng ký | 1 | 2
Thẩm định chủ trương đầu tư | Báo cáo thẩm định chủ trương đầu tư | 4 | 28
Giám sát tài chính doanh nghiệp nhà nước | Báo cáo giám sát | 4 | 20
Hỗ trợ doanh nghiệp nhỏ và vừa | Hồ sơ hỗ trợ được giải quyết | 2 | 6
Thanh lý, điều chuyển tài sản | Dự thảo quyết định | 2 | 5
Tổng hợp số liệu doanh nghiệp | Biểu tổng hợp doanh nghiệp | 1 | 3
"""

PARTY = """
# Tổ chức xây dựng Đảng
Thẩm định nhân sự cấp ủy | Văn bản thẩm định nhân sự | 4 | 25
Tổng hợp đánh giá tổ chức đảng, đảng viên | Báo cáo tổng hợp | 3 | 15
Thẩm định hồ sơ kết nạp, chuyển đảng chính thức | Hồ sơ đã thẩm định | 1 | 3
Thẩm tra, xác minh lý lịch đảng viên | Báo cáo xác minh | 3 | 10
Quản lý hồ sơ, cơ sở dữ liệu đảng viên | Hồ sơ được cập nhật | 1 | 1
Xây dựng đề án công tác cán bộ | Đề án và tờ trình | 5 | 45
# Kiểm tra, giám sát, nội chính
Thực hiện cuộc kiểm tra tổ chức đảng | Báo cáo kết quả kiểm tra | 4 | 30
Thực hiện cuộc giám sát chuyên đề | Báo cáo giám sát | 4 | 24
Giải quyết đơn thư khiếu nại, tố cáo trong Đảng | Văn bản giải quyết | 2 | 8
Theo dõi xử lý vụ việc thuộc diện ban theo dõi | Báo cáo tiến độ xử lý | 3 | 12
Tham mưu nắm tình hình an ninh, trật tự | Báo cáo tuần | 2 | 5
# Tuyên giáo, dân vận, văn phòng cấp ủy
Biên soạn tài liệu sinh hoạt chi bộ | Tài liệu tháng | 3 | 10
Định hướng thông tin, tuyên truyền | Hướng dẫn tuyên truyền tháng | 2 | 6
Nắm bắt dư luận xã hội | Báo cáo dư luận xã hội | 2 | 5
Tổ chức hội nghị báo cáo viên | Hội nghị và tài liệu | 3 | 16
Kiểm tra mô hình dân vận khéo | Báo cáo kiểm tra mô hình | 3 | 10
Chuẩn bị hội nghị ban chấp hành | Bộ tài liệu hội nghị | 4 | 20
Biên tập văn bản của cấp ủy | Văn bản đã biên tập | 1 | 4
"""

OTHER = """
# Nhiệm vụ khác
Tham gia hội thi, hội thao do cấp trên tổ chức | Kết quả tham gia | 1 | 3
Viết sáng kiến, cải tiến được công nhận | Sáng kiến được công nhận | 4 | 30
Tham gia trực bảo vệ cơ quan dịp lễ | Sổ trực | 1 | 1
Hướng dẫn công chức tập sự | Nhận xét kết quả tập sự | 2 | 8
Tham gia nghiên cứu đề tài cấp tỉnh | Chuyên đề nghiệm thu | 5 | 36
Thực hiện nhiệm vụ phòng, chống thiên tai | Báo cáo kết quả thực hiện | 2 | 6
Tham gia giảng dạy, báo cáo viên | Bài giảng và giáo án | 3 | 10
Thực hiện chuyển đổi số, số hóa tài liệu | Tài liệu được số hóa | 1 | 0.5
"""

SECTIONS = (
    ("A", "NHÓM NHIỆM VỤ LÃNH ĐẠO, QUẢN LÝ", LEADERSHIP),
    ("B", "NHÓM NHIỆM VỤ CHUYÊN MÔN DÙNG CHUNG", SHARED),
    ("C1", "NHÓM NHIỆM VỤ ĐẶC THÙ NGÀNH NỘI VỤ", HOME_AFFAIRS),
    ("C2", "NHÓM NHIỆM VỤ ĐẶC THÙ NGÀNH TÀI CHÍNH", FINANCE),
    ("C3", "NHÓM NHIỆM VỤ ĐẶC THÙ CƠ QUAN ĐẢNG", PARTY),
    ("D", "NHÓM NHIỆM VỤ KHÁC", OTHER),
)


@dataclass(frozen=True)
class Product:
    """One catalogue line; ``factor`` is exact: points / points of the standard product."""

    code: str
    task: str
    detail: str
    output: str
    group: int
    points: Decimal

    @property
    def factor(self) -> Decimal:
        return self.points / STANDARD_POINTS


def sections() -> list[tuple[str, list[Product]]]:
    """Catalogue sections in print order, each with its banner and products."""
    return [(f"{prefix}. {title}", _products(prefix, text)) for prefix, title, text in SECTIONS]


def _products(prefix: str, text: str) -> list[Product]:
    products: list[Product] = []
    task = ""
    for line in text.strip().splitlines():
        if line.startswith("# "):
            task = line[2:]
            continue
        detail, output, group, points = (part.strip() for part in line.split("|"))
        code = f"{prefix}-{len(products) + 1:02d}"
        products.append(Product(code, task, detail, output, int(group), Decimal(points)))
    return products
