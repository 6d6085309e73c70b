"""The texts the product ships with; administrators edit their copies in the database.

Every SMS here fits one GSM-7 part with the longest real values, which a test holds against it.
"""

from collections.abc import Mapping

from notifications.enums import Kind, Topic

_ZNS_VI: Mapping[Topic, str] = {
    Topic.SUBMITTED: "Hồ sơ {code} đã gửi thành công. {unit} sẽ kiểm tra và trả lời[ trước {deadline}]. "
    "Ông/Bà không cần làm gì thêm.",
    Topic.RECEIVED: "Hồ sơ {code} đã được tiếp nhận.[ Hẹn trả kết quả: {due}, tại {unit}.]",
    Topic.REFUSED: "Hồ sơ {code} chưa được tiếp nhận.[ Lý do: {reason}.] Hướng dẫn làm lại có trong liên kết dưới đây.",
    Topic.IN_PROCESS: "{unit} đang giải quyết hồ sơ {code}.[ Hẹn trả: {due}.]",
    Topic.SUPPLEMENT: "Hồ sơ {code} cần bổ sung {n} mục[ trước {deadline}]. "
    "Thời gian chờ bổ sung không tính vào thời hạn giải quyết.",
    Topic.OBLIGATION: "Hồ sơ {code} cần nộp {amount}[ trước {deadline}]. Nộp trực tuyến tại liên kết dưới đây.",
    Topic.WITHDRAWN: "Hồ sơ {code} đã được rút theo yêu cầu của Ông/Bà.",
    Topic.STOPPED: "{unit} tạm dừng giải quyết hồ sơ {code}.[ Lý do: {reason}.]",
    Topic.RESULT_READY: "Hồ sơ {code} đã có kết quả. Nhận tại {unit} hoặc theo cách Ông/Bà đã chọn.",
    Topic.RETURNED: "Đã trả kết quả hồ sơ {code}. Mời Ông/Bà đánh giá để chúng tôi phục vụ tốt hơn.",
    Topic.SUPPLIED: "{unit} đã nhận phần bổ sung của hồ sơ {code}.[ Hẹn trả: {due}.] Ông/Bà không cần làm gì thêm.",
    Topic.SETTLED: "Đã ghi nhận khoản nộp[ {amount}] cho hồ sơ {code}.[ Hẹn trả: {due}.] Ông/Bà không cần làm gì thêm.",
    Topic.RESUMED: "{unit} tiếp tục giải quyết hồ sơ {code}.[ Hẹn trả: {due}.] Ông/Bà không cần làm gì thêm.",
    Topic.UNDONE: "Tin vừa gửi về hồ sơ {code} là do chúng tôi nhầm, nay đã được sửa. "
    "Mong Ông/Bà thông cảm và xem tình trạng đúng tại liên kết dưới đây.",
    Topic.APOLOGY: "{unit} xin lỗi Ông/Bà: hồ sơ {code} chưa xong đúng hẹn {due_old}.[ Lý do: {reason}.] "
    "Hẹn trả mới: {due_new}.",
    Topic.APOLOGY_NO_DATE: "{unit} xin lỗi Ông/Bà: hồ sơ {code} đã quá hẹn {due_old}. "
    "Chúng tôi sẽ báo ngày mới[ trước {deadline}].",
    Topic.APOLOGY_WORDS: "{unit} xin lỗi Ông/Bà về hồ sơ {code}: {words}.[ Hẹn trả mới: {due_new}.]",
    Topic.EXTENDED: "Hồ sơ {code} cần thêm thời gian: hẹn trả chuyển từ {due_old} sang {due_new}.[ Lý do: {reason}.] "
    "{unit} mong Ông/Bà thông cảm.",
    Topic.OFFICER_MESSAGE: "{unit} có lời nhắn cho Ông/Bà về hồ sơ {code}. Đọc và trả lời tại liên kết dưới đây.",
    Topic.SIGN_IN_CODE: "Mã xác thực của Ông/Bà: {otp}, dùng được đến {until}. "
    "Không đưa mã này cho bất kỳ ai, kể cả cán bộ.",
}

_SMS_VI: Mapping[Topic, str] = {
    Topic.SUBMITTED: "Ho so {code} da gui thanh cong. {unit} tra loi[ truoc {deadline}]. Xem: {link}. Ho tro 1022",
    Topic.RECEIVED: "Ho so {code} da tiep nhan.[ Hen tra ket qua {due} tai {unit}.] Xem: {link}. Ho tro 1022",
    Topic.REFUSED: "Ho so {code} chua duoc tiep nhan[: {reason}]. Huong dan: {link}. Ho tro 1022",
    Topic.IN_PROCESS: "{unit} dang giai quyet ho so {code}.[ Hen tra {due}.] Xem: {link}",
    Topic.SUPPLEMENT: "Ho so {code} can bo sung {n} muc[ truoc {deadline}]. Xem tung muc: {link}. Ho tro 1022",
    Topic.OBLIGATION: "Ho so {code} can nop {amount}[ truoc {deadline}]. Nop tai: {link}. Ho tro 1022",
    Topic.WITHDRAWN: "Ho so {code} da rut theo yeu cau cua Ong/Ba. Xem: {link}. Ho tro 1022",
    Topic.STOPPED: "{unit} dung giai quyet ho so {code}[: {reason}]. Xem {link}. Goi 1022",
    Topic.RESULT_READY: "Ho so {code} da co ket qua. Nhan tai {unit} hoac qua buu dien. Xem: {link}",
    Topic.RETURNED: "Da tra ket qua ho so {code}. Moi Ong/Ba danh gia: {link}. Cam on!",
    Topic.SUPPLIED: "{unit} da nhan phan bo sung cua ho so {code}.[ Hen tra {due}.] Xem: {link}. Ho tro 1022",
    Topic.SETTLED: "Da ghi nhan khoan nop[ {amount}] cho ho so {code}.[ Hen tra {due}.] Xem: {link}. Ho tro 1022",
    Topic.RESUMED: "{unit} tiep tuc giai quyet ho so {code}.[ Hen tra {due}.] Xem: {link}. Ho tro 1022",
    Topic.UNDONE: "Tin vua gui ve ho so {code} la do nham, nay da sua. Mong Ong/Ba thong cam. Xem: {link}. Ho tro 1022",
    Topic.APOLOGY: "{unit} xin loi Ong/Ba: ho so {code} qua hen {due_old}. Hen moi {due_new}. Xem {link}. Ho tro 1022",
    Topic.APOLOGY_NO_DATE: "{unit} xin loi Ong/Ba: ho so {code} da qua hen {due_old}. "
    "Se bao ngay moi[ truoc {deadline}]. Ho tro 1022",
    Topic.APOLOGY_WORDS: "{unit} xin loi Ong/Ba ve ho so {code}: {words}. Xem {link}. Ho tro 1022",
    Topic.EXTENDED: "Ho so {code} cua {unit} doi hen tra tu {due_old} sang {due_new}. Xem ly do: {link}. Ho tro 1022",
    Topic.OFFICER_MESSAGE: "{unit} co loi nhan ve ho so {code}. Doc va tra loi: {link}. Ho tro 1022",
    Topic.SIGN_IN_CODE: "Ma xac thuc: {otp}, dung duoc den {until}. Khong dua ma nay cho bat ky ai, ke ca can bo. "
    "Ho tro 1022",
}

_ZNS_EN: Mapping[Topic, str] = {
    Topic.SUBMITTED: "Dossier {code} has been sent. {unit} will check it and answer[ by {deadline}]. "
    "You need not do anything.",
    Topic.RECEIVED: "Dossier {code} has been received.[ Result due {due} at {unit}.]",
    Topic.REFUSED: "Dossier {code} was not received.[ Reason: {reason}.] How to file again: see the link below.",
    Topic.IN_PROCESS: "{unit} is processing dossier {code}.[ Due {due}.]",
    Topic.SUPPLEMENT: "Dossier {code} needs {n} more item(s)[ by {deadline}]. "
    "The time you take does not count against the due date.",
    Topic.OBLIGATION: "Please pay {amount} for dossier {code}[ by {deadline}]. Pay online at the link below.",
    Topic.WITHDRAWN: "Dossier {code} was withdrawn as you asked.",
    Topic.STOPPED: "{unit} has stopped processing dossier {code}.[ Reason: {reason}.]",
    Topic.RESULT_READY: "The result of dossier {code} is ready. Collect it at {unit} or the way you chose.",
    Topic.RETURNED: "The result of dossier {code} was handed over. Please rate our service.",
    Topic.SUPPLIED: "{unit} has received what you added to dossier {code}.[ Due {due}.] You need not do anything.",
    Topic.SETTLED: "Your payment[ of {amount}] for dossier {code} is recorded.[ Due {due}.] You need not do anything.",
    Topic.RESUMED: "{unit} is processing dossier {code} again.[ Due {due}.] You need not do anything.",
    Topic.UNDONE: "Our last message about dossier {code} was a mistake and has been corrected. "
    "We are sorry. The right status is at the link below.",
    Topic.APOLOGY: "{unit} apologises: dossier {code} was not done by {due_old}.[ Reason: {reason}.] "
    "New date: {due_new}.",
    Topic.APOLOGY_NO_DATE: "{unit} apologises: dossier {code} was due on {due_old} and is late. "
    "We will tell you the new date[ by {deadline}].",
    Topic.APOLOGY_WORDS: "{unit} apologises about dossier {code}: {words}.[ New date: {due_new}.]",
    Topic.EXTENDED: "Dossier {code} needs more time: the due date moves from {due_old} to {due_new}."
    "[ Reason: {reason}.] {unit} asks for your understanding.",
    Topic.OFFICER_MESSAGE: "{unit} has written to you about dossier {code}. Read and answer at the link below.",
    Topic.SIGN_IN_CODE: "Your one-time code: {otp}, valid until {until}. Give it to nobody, not even to an officer.",
}

_SMS_EN: Mapping[Topic, str] = {
    Topic.SUBMITTED: "Dossier {code} was sent. {unit} will answer[ by {deadline}]. See: {link}. Help 1022",
    Topic.RECEIVED: "Dossier {code} was received.[ Result due {due} at {unit}.] See: {link}. Help 1022",
    Topic.REFUSED: "Dossier {code} was not received[: {reason}]. What to do: {link}. Help 1022",
    Topic.IN_PROCESS: "{unit} is processing dossier {code}.[ Due {due}.] See: {link}",
    Topic.SUPPLEMENT: "Dossier {code} needs {n} more item(s)[ by {deadline}]. See which: {link}. Help 1022",
    Topic.OBLIGATION: "Please pay {amount} for dossier {code}[ by {deadline}]. Pay at: {link}. Help 1022",
    Topic.WITHDRAWN: "Dossier {code} was withdrawn as you asked. See: {link}. Help 1022",
    Topic.STOPPED: "{unit} stopped dossier {code}[: {reason}]. See {link}. Call 1022",
    Topic.RESULT_READY: "The result of dossier {code} is ready at {unit} or by post. See: {link}",
    Topic.RETURNED: "The result of dossier {code} was handed over. Please rate us: {link}. Thank you!",
    Topic.SUPPLIED: "{unit} has received what you added to dossier {code}.[ Due {due}.] See: {link}. Help 1022",
    Topic.SETTLED: "Your payment[ of {amount}] for dossier {code} is recorded.[ Due {due}.] See: {link}. Help 1022",
    Topic.RESUMED: "{unit} is processing dossier {code} again.[ Due {due}.] See: {link}. Help 1022",
    Topic.UNDONE: "Our last message about dossier {code} was a mistake, now corrected. We are sorry. "
    "See: {link}. Help 1022",
    Topic.APOLOGY: "{unit} apologises: dossier {code} is late (due {due_old}). New date {due_new}. "
    "See {link}. Help 1022",
    Topic.APOLOGY_NO_DATE: "{unit} apologises: dossier {code} is late (due {due_old}). "
    "New date to follow[ by {deadline}]. Help 1022",
    Topic.APOLOGY_WORDS: "{unit} apologises about dossier {code}: {words}. See {link}. Help 1022",
    Topic.EXTENDED: "Dossier {code} at {unit}: due date moved from {due_old} to {due_new}. Why: {link}. Help 1022",
    Topic.OFFICER_MESSAGE: "{unit} has written to you about dossier {code}. Read and answer: {link}. Help 1022",
    Topic.SIGN_IN_CODE: "One-time code: {otp}, valid until {until}. Give it to nobody, not even to an officer. "
    "Help 1022",
}

TEXTS: Mapping[tuple[Topic, Kind, str], str] = {
    (topic, kind, language): body
    for kind, language, texts in (
        (Kind.ZNS, "vi", _ZNS_VI),
        (Kind.SMS, "vi", _SMS_VI),
        (Kind.ZNS, "en", _ZNS_EN),
        (Kind.SMS, "en", _SMS_EN),
    )
    for topic, body in texts.items()
}
