package io.shiplog.events.command;

import io.shiplog.events.json.GoQuote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules for names of field managers, in requests and in {@code metadata.managedFields}.
 *
 * @see <a
 *     href="https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/validation/validation.go">ValidateFieldManager</a>
 */
public final class ManagerNames {
    /** The maximum length of a name in UTF-8. */
    public static final int MAX_BYTES = 128;

    private ManagerNames() {}

    /** Whether a name has more than {@link #MAX_BYTES}. */
    public static boolean isTooLong(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
    }

    /** A sentence for each character that cannot be printed. Positions count bytes. */
    public static List<String> unprintable(String name) {
        List<String> wrong = new ArrayList<>();
        int position = 0;
        for (int c : name.codePoints().toArray()) {
            if (!GoQuote.isPrintable(c)) {
                wrong.add("invalid character U+%04X (at position %d)".formatted(c, position));
            }
            position += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
        }
        return wrong;
    }
}
