package io.shiplog.gateway.discovery;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.vertx.core.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A document that changes only with the catalogue: clients cache it by its ETag. */
final class Document {
    static final String JSON = "application/json";

    private final byte[] body;
    private final String hash;

    private Document(byte[] body) {
        this.body = body;
        try {
            this.hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body))
                    .toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static Document of(Json json) {
        return new Document(json.utf8());
    }

    /** @param body owned by the document, not copied */
    static Document of(byte[] body) {
        return new Document(body);
    }

    String hash() {
        return hash;
    }

    /** Its content, if it is JSON. */
    Json json() {
        return Json.ofUtf8(body);
    }

    /** Answers with it, or with 304 if the client has it. */
    void send(Exchange exchange, String contentType) {
        String tag = "\"" + hash + "\"";
        exchange.response().putHeader(HttpHeaders.ETAG, tag).putHeader(HttpHeaders.VARY, "Accept");
        if (tag.equals(exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            exchange.head(304, contentType);
            var unused = exchange.response().end();
            return;
        }
        if (contentType.equals(JSON)) {
            exchange.answer(200, json());
        } else {
            exchange.answerBytes(200, contentType, body);
        }
    }
}
