package io.shiplog.gateway.http;

/**
 * The value of a {@code Warning} header.
 *
 * @see <a href="https://kubernetes.io/blog/2020/09/03/warnings/">Warnings for clients</a>
 */
final class WarningHeader {
    private static final char DELETE = 127;

    private WarningHeader() {}

    /** A miscellaneous persistent warning with a text; a control character becomes a space. */
    static String of(String text) {
        StringBuilder quoted = new StringBuilder("299 - \"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c < ' ' || c == DELETE ? ' ' : c);
            }
        }
        return quoted.append('"').toString();
    }
}
