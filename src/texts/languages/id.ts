import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const id: Language<'id'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'adalah kode verifikasi Anda',
    yourServiceCode: (serviceName) => `adalah kode ${serviceName} Anda`,
    expiresIn: { other: (minutes) => `Berlaku selama ${minutes} menit.` },
    keepSecret: 'Jangan berikan kepada siapa pun.',
    keepSecretBriefly: 'Jangan dibagikan.',
    uses: {
      RESET_PASSWORD: 'Untuk mengganti kata sandi.',
      CHANGE_PHONE: 'Untuk mengganti nomor telepon.',
      VERIFY_EMAIL: 'Untuk memverifikasi alamat email Anda.',
      REAUTHENTICATE: 'Untuk memastikan bahwa ini Anda.',
      CONTINUE_SIGN_IN: 'Untuk menyelesaikan proses masuk.',
    },
    introduction: 'Kode verifikasi Anda adalah:',
    serviceIntroduction: (serviceName) => `Kode ${serviceName} Anda adalah:`,
    repetition: 'Sekali lagi:',
    ignoreEmail:
      'Jika Anda tidak meminta kode ini, abaikan email ini. Jangan pernah memberikan kode ini kepada siapa pun.',
  },
  notices: {
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
  },
};
