package io.shiplog.gateway.history;

import io.shiplog.gateway.outcome.Checked;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the next page of changes begins, and where the last one ends: all pages cover the range of the first. Opaque to
 * clients.
 */
record ChangesToken(long from, long to) {
    private static final Pattern FORM = Pattern.compile("changes/v1 (\\d{1,18}) (\\d{1,18})");

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("changes/v1 %d %d".formatted(from, to).getBytes(StandardCharsets.US_ASCII));
    }

    static Checked<ChangesToken> parse(String text) {
        try {
            Matcher form = FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
            return form.matches()
                    ? Checked.ok(new ChangesToken(Long.parseLong(form.group(1)), Long.parseLong(form.group(2))))
                    : Checked.bad("continue key is not valid: its form is not known");
        } catch (IllegalArgumentException e) {
            return Checked.bad("continue key is not valid: it is damaged");
        }
    }
}
