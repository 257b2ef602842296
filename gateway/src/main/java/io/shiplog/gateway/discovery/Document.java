package io.shiplog.gateway.discovery;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.vertx.core.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A document that changes only with the catalogue: clients keep it by its tag. */
record Document(Json json, String hash) {

    static Document of(Json json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.utf8());
            return new Document(json, HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Answers with it, or with 304 to a client that has it. */
    void send(Exchange exchange, String contentType) {
        String tag = "\"" + hash + "\"";
        exchange.response().putHeader(HttpHeaders.ETAG, tag).putHeader(HttpHeaders.VARY, "Accept");
        if (tag.equals(exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            exchange.head(304, contentType);
            var unused = exchange.response().end();
            return;
        }
        if (contentType.equals(JSON)) {
            exchange.answer(200, json);
        } else {
            exchange.answerBytes(200, contentType, json.utf8());
        }
    }

    static final String JSON = "application/json";
}
