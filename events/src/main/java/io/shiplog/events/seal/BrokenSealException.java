package io.shiplog.events.seal;

/** An encrypted object cannot be decrypted: it was changed, moved, or encrypted with another key. */
final class BrokenSealException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenSealException(String why) {
        super(why);
    }
}
