"""Addresses under ``/tai-khoan/``."""

from django.urls import path

from accounts.views import keys, phone, profile, sign_in

app_name = "accounts"
urlpatterns = [
    path("", profile.home, name="home"),
    path("dang-nhap/", sign_in.sign_in, name="sign_in"),
    path("dang-nhap/mat-khau/", sign_in.password_sign_in, name="password_sign_in"),
    path("dang-nhap/can-bo/", sign_in.password_sign_in, {"is_staff": True}, name="staff_sign_in"),
    path("dang-nhap/hai-lop/", sign_in.second_factor, name="sign_in_second_factor"),
    path("ma-dang-nhap/", sign_in.code, name="code"),
    path("dang-xuat/", sign_in.sign_out, name="sign_out"),
    path("mat-khau/", keys.password, name="password"),
    path("hai-lop/", keys.second_factor, name="second_factor"),
    path("hai-lop/ma-du-phong/", keys.renew_recovery_codes, name="renew_recovery_codes"),
    path("hai-lop/bo/", keys.remove_second_factor, name="remove_second_factor"),
    path("xac-nhan/", keys.confirm, name="confirm"),
    path("ho-so-ca-nhan/", profile.profile, name="profile"),
    path("so-dien-thoai/", phone.change, name="phone"),
    path("so-dien-thoai/ma/", phone.code, name="phone_code"),
    path("nguoi-than/", profile.mandates, name="mandates"),
    path("nguoi-than/<int:mandate_id>/ket-thuc/", profile.revoke_mandate, name="revoke_mandate"),
    path("doanh-nghiep/", profile.enterprises, name="enterprises"),
    path("doanh-nghiep/<int:enterprise_id>/thanh-vien/", profile.add_member, name="add_member"),
    path(
        "doanh-nghiep/<int:enterprise_id>/thanh-vien/<int:member_id>/bo/", profile.remove_member, name="remove_member"
    ),
]
