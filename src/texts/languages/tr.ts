import type { Language } from '../language.js';
import { western } from '../punctuation.js';

const expiresIn = (minutes: number) => `Süresi ${minutes} dakika sonra dolar.`;

export const tr: Language<'tr'> = {
  nativeReader: null,
  punctuation: western,
  // Texts with codes have words without "ç", "ğ", "ı" and "ş", which are outside the GSM 7-bit alphabet: "parola yenileme"
  // and not "şifre sıfırlama", "kimseye vermeyin" and not "kimseyle paylaşmayın".
  codes: {
    yourCode: 'onay kodunuzdur',
    yourServiceCode: (serviceName) => `${serviceName} onay kodunuzdur`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'Kimseye vermeyin.',
    keepSecretBriefly: 'Gizli tutun.',
    uses: {
      RESET_PASSWORD: 'Parola yenileme kodudur.',
      CHANGE_PHONE: 'Numara güncelleme kodudur.',
      VERIFY_EMAIL: 'E-posta adresinizi doğrulama kodudur.',
      REAUTHENTICATE: 'Kimliğinizi doğrulama kodudur.',
      CONTINUE_SIGN_IN: 'Girişi tamamlama kodudur.',
    },
    introduction: 'Onay kodunuz:',
    serviceIntroduction: (serviceName) => `${serviceName} onay kodunuz:`,
    repetition: 'Bir kez daha:',
    ignoreEmail: 'Bu kodu siz istemediyseniz bu e-postayı dikkate almayın. Kodu hiçbir zaman kimseye vermeyin.',
  },
  // Outside the GSM 7-bit alphabet: without its own letters, Turkish cannot say them clearly.
  notices: {
    happened: {
      new_device: 'Hesabınıza yeni bir cihazdan giriş yapıldı',
      password_changed: 'Parolanız değiştirildi',
      password_removed: 'Parolanız kaldırıldı',
      password_reset: 'Parolanız yenilendi',
      email_changed: 'Hesabınızın e-posta adresi değiştirildi',
      phone_changed: 'Hesabınızın telefon numarası değişti',
      phone_change_reverted: 'Telefon numarası değişikliği geri alındı',
      account_locked: 'Çok fazla hatalı kod veya parola: hesabınız geçici olarak kilitlendi',
      deletion_requested: 'Hesabınız silinecek',
      passkey_added: 'Hesabınıza bir geçiş anahtarı eklendi',
      passkey_removed: 'Hesabınızdan bir geçiş anahtarı kaldırıldı',
      passkey_cloned: 'Geçiş anahtarınızın bir kopyası kullanıldı, tüm oturumlar kapatıldı',
      passkey_missing: 'Biri geçiş anahtarınız olmadan hesabınıza giriyor',
    },
    accountDeleted: 'Hesabınız silindi',
    endSessions: 'Siz yapmadıysanız giriş yapıp diğer tüm oturumları kapatın.',
    newPassword: 'Siz yapmadıysanız kodla giriş yapıp yeni bir parola belirleyin.',
    shareNoCode: 'Siz yapmadıysanız kimseye kod vermeyin.',
    removePasskey: 'Siz yapmadıysanız giriş yapıp onu kaldırın.',
    addAnotherPasskey: 'Başka bir yolla giriş yapıp yeni bir anahtar ekleyin.',
    takeBack: (until) => `Siz yapmadıysanız ${until} öncesinde bu kodla geri alın:`,
    signInBefore: (until) => `Siz yapmadıysanız ${until} öncesinde giriş yapıp hesabı koruyun.`,
  },
};
