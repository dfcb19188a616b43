import type { NoticeWording } from './notice-wording.js';

export const vi: NoticeWording = {
  happened: {
    new_device: 'Thiết bị mới đã đăng nhập',
    password_changed: 'Mật khẩu đã được đổi',
    password_removed: 'Mật khẩu đã bị xóa',
    password_reset: 'Mật khẩu đã được đặt lại',
    email_changed: 'Địa chỉ email đã được đổi',
    phone_changed: 'Số điện thoại của tài khoản đã được đổi',
    phone_change_reverted: 'Việc đổi số đã bị hủy',
    account_locked: 'Sai quá nhiều lần: tài khoản tạm khóa',
    deletion_requested: 'Tài khoản của bạn sẽ bị xóa',
    passkey_added: 'Khóa truy cập mới đã được thêm',
    passkey_removed: 'Khóa truy cập bị xóa',
    passkey_cloned: 'Khóa truy cập bị sao chép, đã kết thúc phiên',
    passkey_missing: 'Có người vào tài khoản không có khóa truy cập',
  },
  accountDeleted: 'Tài khoản của bạn đã bị xóa',
  endSessions: 'Không phải bạn? Hãy kết thúc phiên khác.',
  newPassword: 'Không phải bạn? Hãy đặt mật khẩu mới.',
  shareNoCode: 'Không phải bạn? Đừng đưa mã.',
  removePasskey: 'Không phải bạn? Hãy xóa khóa đó.',
  addAnotherPasskey: 'Hãy tạo khóa mới.',
  takeBack: (until) => `Không phải bạn? Hủy trước ${until} bằng mã này:`,
  signInBefore: (until) => `Không phải bạn? Đăng nhập trước ${until} để giữ lại.`,
};
