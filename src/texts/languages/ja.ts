import type { Language } from '../language.js';
import { wide } from '../punctuation.js';

export const ja: Language<'ja'> = {
  nativeReader: null,
  punctuation: wide,
  codes: {
    yourCode: 'が認証コードです',
    yourServiceCode: (serviceName) => `が${serviceName}の認証コードです`,
    expiresIn: { other: (minutes) => `有効期限は${minutes}分です。` },
    keepSecret: '誰にも教えないでください。',
    keepSecretBriefly: '教えないでください。',
    uses: {
      RESET_PASSWORD: 'パスワードの再設定に使います。',
      CHANGE_PHONE: '電話番号の変更に使います。',
      VERIFY_EMAIL: 'メールアドレスの確認に使います。',
      REAUTHENTICATE: 'ご本人の確認に使います。',
      CONTINUE_SIGN_IN: 'ログインの完了に使います。',
    },
    introduction: '認証コードは次のとおりです：',
    serviceIntroduction: (serviceName) => `${serviceName}の認証コードは次のとおりです：`,
    repetition: 'もう一度繰り返します：',
    ignoreEmail:
      'このコードに心当たりがない場合は、このメールを無視してください。コードは決して誰にも教えないでください。',
  },
  notices: {
    happened: {
      new_device: '新しいデバイスからログインがありました',
      password_changed: 'パスワードが変更されました',
      password_removed: 'パスワードが削除されました',
      password_reset: 'パスワードが再設定されました',
      email_changed: 'アカウントのメールアドレスが変更されました',
      phone_changed: 'アカウントの電話番号が変更されました',
      phone_change_reverted: '電話番号の変更が取り消されました',
      account_locked: 'コードまたはパスワードの誤りが多いため、アカウントを一時的にロックしました',
      deletion_requested: 'アカウントが削除されます',
      passkey_added: 'アカウントにパスキーが追加されました',
      passkey_removed: 'アカウントからパスキーが削除されました',
      passkey_cloned: 'パスキーの複製が使われたため、すべてのセッションを終了しました',
      passkey_missing: 'パスキーを持たない人がアカウントに入ろうとしています',
    },
    accountDeleted: 'アカウントが削除されました',
    endSessions: '心当たりがない場合は、ログインして他のすべてのセッションを終了してください。',
    newPassword: '心当たりがない場合は、コードでログインして新しいパスワードを設定してください。',
    shareNoCode: '心当たりがない場合は、コードを誰にも教えないでください。',
    removePasskey: '心当たりがない場合は、ログインしてそのパスキーを削除してください。',
    addAnotherPasskey: '別の方法でログインして、新しいパスキーを追加してください。',
    takeBack: (until) => `心当たりがない場合は、${until} までに次のコードで取り消してください：`,
    signInBefore: (until) => `心当たりがない場合は、${until} までにログインしてアカウントを残してください。`,
  },
};
