package io.shiplog.gateway.read;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.ResponseStream;
import io.shiplog.gateway.http.Yaml;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.projections.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Sends a list item by item, as JSON or as YAML: a list of any size is nowhere whole. */
public final class ListStream implements ResponseStream.Source {
    private static final byte[] COMMA = {','};
    private static final String NO_ITEMS = " []\n";

    private final Form form;
    private final ListText text;
    private final List<Json> objects;
    private final Instant now;
    private int next;

    private ListStream(Form form, ListText text, List<Json> objects, Instant now) {
        this.form = form;
        this.text = text;
        this.objects = objects;
        this.now = now;
    }

    static void send(Exchange exchange, Form form, Page page) {
        send(
                exchange,
                form,
                page.head(),
                page.objects().stream().map(StoredObject::json).toList());
    }

    /** Sends a list of these objects. */
    public static void send(Exchange exchange, Form form, ListHead metadata, List<Json> objects) {
        boolean yaml = exchange.accepted().text() == Accepted.Text.YAML;
        byte[] head = form.listHead(metadata);
        ListText text = yaml ? new YamlText(head, form.listTail()) : new JsonText(head, form.listTail());
        ListStream list = new ListStream(form, text, objects, exchange.clock().instant());
        new ResponseStream(exchange, list).send(200, exchange.accepted().text().contentType());
    }

    @Override
    public boolean next(ResponseStream to) {
        if (next == 0) {
            to.add(text.head(objects.isEmpty()));
        }
        if (next == objects.size()) {
            to.add(text.tail());
            to.end();
            return false;
        }
        text.item(to, form.item(objects.get(next), now), next == 0);
        next++;
        return true;
    }

    /** How a list is written. */
    private sealed interface ListText {
        byte[] head(boolean empty);

        void item(ResponseStream to, byte[] json, boolean first);

        byte[] tail();
    }

    private record JsonText(byte[] before, byte[] after) implements ListText {
        @Override
        public byte[] head(boolean empty) {
            return before;
        }

        @Override
        public void item(ResponseStream to, byte[] json, boolean first) {
            if (!first) {
                to.add(COMMA);
            }
            to.add(json);
        }

        @Override
        public byte[] tail() {
            return after;
        }
    }

    /** The items are the last field: behind the text of an empty list come those of lists of one item each. */
    private record YamlText(byte[] before, byte[] after) implements ListText {
        @Override
        public byte[] head(boolean empty) {
            ByteArrayOutputStream json = new ByteArrayOutputStream();
            json.writeBytes(before);
            json.writeBytes(after);
            String yaml = new String(Yaml.ofJson(Json.ofUtf8(json.toByteArray())), StandardCharsets.UTF_8);
            String head = empty ? yaml : yaml.substring(0, yaml.length() - NO_ITEMS.length()) + "\n";
            return head.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void item(ResponseStream to, byte[] json, boolean first) {
            ByteArrayOutputStream list = new ByteArrayOutputStream(json.length + 2);
            list.write('[');
            list.writeBytes(json);
            list.write(']');
            to.add(Yaml.ofJson(Json.ofUtf8(list.toByteArray())));
        }

        @Override
        public byte[] tail() {
            return new byte[0];
        }
    }
}
