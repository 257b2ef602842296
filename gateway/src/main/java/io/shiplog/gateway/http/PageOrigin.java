package io.shiplog.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/**
 * Whether a browser's page of another site asks. Browsers let every page open a WebSocket, with the visitor's client certificate,
 * and read from it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-10.2">RFC 6455, origin considerations</a>
 */
final class PageOrigin {
    /** What programs name whose library wants an origin, as Go's does. */
    private static final Pattern OF_A_PROGRAM = Pattern.compile("http://localhost(:[0-9]{1,5})?/?");

    private PageOrigin() {}

    /**
     * Browsers name the page's origin, and say with {@code Sec-Fetch-Site} that they are browsers. Programs send no origin, the server
     * itself, or {@code http://localhost}: that one is believed only without a browser's header. A browser sends no {@code
     * X-Forwarded-For}: what has one comes through a program that answers for its visitors, such as {@code kubectl proxy}.
     *
     * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
     */
    static boolean isOfAnotherSite(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null
                || request.headers().contains("X-Forwarded-For")
                || origin.equalsIgnoreCase("https://" + request.getHeader(HttpHeaders.HOST))) {
            return false;
        }
        return request.headers().contains("Sec-Fetch-Site")
                || !OF_A_PROGRAM.matcher(origin).matches();
    }
}
