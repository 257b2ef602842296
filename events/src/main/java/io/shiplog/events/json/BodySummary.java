package io.shiplog.events.json;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The beginning of a body that could not be read, for a message.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/rest.go">summarizeData</a>
 */
public final class BodySummary {
    private static final int MAX_BYTES = 30;

    private BodySummary() {}

    /** The first bytes: as text if the body begins like an object in JSON, else as hexadecimal digits. */
    public static String of(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        int length = Math.min(body.length, MAX_BYTES);
        String more = body.length > MAX_BYTES ? " ..." : "";
        return (body[0] == '{'
                        ? new String(body, 0, length, StandardCharsets.UTF_8)
                        : HexFormat.of().formatHex(body, 0, length))
                + more;
    }
}
