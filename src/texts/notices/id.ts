import type { NoticeWording } from './notice-wording.js';

export const id: NoticeWording = {
  happened: {
    new_device: 'Perangkat baru masuk ke akun Anda',
    password_changed: 'Kata sandi Anda telah diubah',
    password_removed: 'Kata sandi Anda telah dihapus',
    password_reset: 'Kata sandi Anda telah diatur ulang',
    email_changed: 'Alamat email akun Anda telah diubah',
    phone_changed: 'Nomor telepon akun Anda telah diubah',
    phone_change_reverted: 'Perubahan nomor telepon Anda telah dibatalkan',
    account_locked: 'Terlalu banyak kode atau kata sandi salah: akun Anda dikunci sementara',
    deletion_requested: 'Akun Anda akan dihapus',
    passkey_added: 'Kunci sandi telah ditambahkan ke akun Anda',
    passkey_removed: 'Kunci sandi telah dihapus dari akun Anda',
    passkey_cloned: 'Salinan kunci sandi Anda telah dipakai: semua sesi diakhiri',
    passkey_missing: 'Seseorang tanpa kunci sandi Anda ingin membuka akun Anda',
  },
  accountDeleted: 'Akun Anda telah dihapus',
  endSessions: 'Bukan Anda? Masuk dan akhiri semua sesi lain.',
  newPassword: 'Bukan Anda? Masuk dengan kode dan buat kata sandi baru.',
  shareNoCode: 'Bukan Anda? Jangan berikan kode kepada siapa pun.',
  removePasskey: 'Bukan Anda? Masuk dan hapus kunci itu.',
  addAnotherPasskey: 'Masuk dengan cara lain dan buat yang baru.',
  takeBack: (until) => `Bukan Anda? Batalkan sebelum ${until} dengan kode ini:`,
  signInBefore: (until) => `Bukan Anda? Masuk sebelum ${until} agar tetap ada.`,
};
