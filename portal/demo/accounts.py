"""Who can sign in to the demo; printed when the site starts and shown on the sign-in page."""

PASSWORD = "mot-cua-2026"  # noqa: S105 - the demo's own, known to everybody

# role in words, sign-in name, password
DEMO_ACCOUNTS: list[tuple[str, str, str]] = [
    ("Công dân (Nguyễn Thị Hoa)", "0901234567", PASSWORD),
    ("Công dân (Trần Văn Nam, đại diện doanh nghiệp)", "0907654321", PASSWORD),
    ("Cán bộ tiếp nhận, phường Trấn Biên", "tiepnhan.tranbien", PASSWORD),
    ("Chuyên viên xử lý, phường Trấn Biên", "chuyenvien.tranbien", PASSWORD),
    ("Lãnh đạo, phường Trấn Biên", "lanhdao.tranbien", PASSWORD),
    ("Cán bộ trả kết quả, phường Trấn Biên", "traketqua.tranbien", PASSWORD),
    ("Cán bộ tiếp nhận, Văn phòng Đăng ký đất đai", "tiepnhan.vpdkdd", PASSWORD),
    ("Chuyên viên xử lý, Văn phòng Đăng ký đất đai", "chuyenvien.vpdkdd", PASSWORD),
    ("Lãnh đạo, Văn phòng Đăng ký đất đai", "lanhdao.vpdkdd", PASSWORD),
    ("Cán bộ trả kết quả, Văn phòng Đăng ký đất đai", "traketqua.vpdkdd", PASSWORD),
    ("Tổng đài viên 1022", "tongdai", PASSWORD),
    ("Quản trị tỉnh", "quantri.tinh", PASSWORD),
    ("Quản trị hệ thống", "quantri.hethong", PASSWORD),
]
