package io.shiplog.gateway.read;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.view.Form;
import io.shiplog.projections.StoredObject;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;

/**
 * Sends a page piece by piece, as fast as the client takes it: a list of any size holds one piece in memory, and other
 * requests of the same event loop get their turn between pieces.
 */
final class ListStream {
    private static final int PIECE_BYTES = 128 * 1024;

    private final Exchange exchange;
    private final Form form;
    private final List<StoredObject> objects;
    private final Instant now;
    private final Piece piece = new Piece();
    private int next;

    private ListStream(Exchange exchange, Form form, Page page) {
        this.exchange = exchange;
        this.form = form;
        this.objects = page.objects();
        this.now = exchange.clock().instant();
        piece.writeBytes(form.listHead(page.head()));
    }

    /** Grows once to its size and is used again for each piece. */
    private static final class Piece extends ByteArrayOutputStream {
        Piece() {
            super(PIECE_BYTES);
        }
    }

    static void send(Exchange exchange, Form form, Page page) {
        ListStream stream = new ListStream(exchange, form, page);
        if (exchange.accepted().text() == Accepted.Text.YAML) {
            while (stream.next < stream.objects.size()) {
                stream.fill(Integer.MAX_VALUE);
            }
            stream.piece.writeBytes(form.listTail());
            exchange.answer(200, Json.ofUtf8(stream.piece.toByteArray()));
            return;
        }
        stream.fill(PIECE_BYTES);
        if (stream.next == stream.objects.size()) {
            stream.piece.writeBytes(form.listTail());
            exchange.answer(200, Json.ofUtf8(stream.piece.toByteArray()));
            return;
        }
        exchange.head(200, Accepted.Text.JSON.contentType()).setChunked(true);
        stream.pump();
    }

    private void pump() {
        HttpServerResponse response = exchange.response();
        if (response.closed()) {
            return;
        }
        var unused = response.write(Exchange.buffer(piece.toByteArray()));
        piece.reset();
        if (next == objects.size()) {
            var ended = response.end(Exchange.buffer(form.listTail()));
            return;
        }
        fill(PIECE_BYTES);
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                response.drainHandler(null);
                exchange.guarded(this::pump);
            });
        } else {
            exchange.context().runOnContext(turn -> exchange.guarded(this::pump));
        }
    }

    private void fill(int bytes) {
        while (next < objects.size() && piece.size() < bytes) {
            if (next > 0) {
                piece.write(',');
            }
            piece.writeBytes(form.item(objects.get(next++).json(), now));
        }
    }
}
