package io.shiplog.gateway.read;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.ResponseStream;
import io.shiplog.gateway.http.Yaml;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.projections.image.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends a list item by item, as JSON or as YAML: a list of any size is nowhere whole. */
public final class ListStream implements ResponseStream.Source {
    private static final byte[] COMMA = {','};
    private static final byte[] NOTHING = {};

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
        byte[] empty = objects.isEmpty() ? form.emptyList(metadata) : new byte[0];
        ListText text = switch (exchange.accepted().text()) {
            case JSON -> new JsonText(form.listHead(metadata), form.listTail(), empty);
            case YAML -> YamlText.of(form.listHead(metadata), form.listTail(), empty);
        };
        ListStream list = new ListStream(form, text, objects, exchange.clock().instant());
        new ResponseStream(exchange, list).send(200, exchange.accepted().text().contentType());
    }

    @Override
    public boolean next(ResponseStream to) {
        if (objects.isEmpty()) {
            to.add(text.empty());
            to.end();
            return false;
        }
        if (next == 0) {
            to.add(text.head());
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
        /** The whole of a list without items. */
        byte[] empty();

        byte[] head();

        void item(ResponseStream to, byte[] json, boolean first);

        byte[] tail();
    }

    private record JsonText(byte[] head, byte[] tail, byte[] empty) implements ListText {
        @Override
        public void item(ResponseStream to, byte[] json, boolean first) {
            if (!first) {
                to.add(COMMA);
            }
            to.add(json);
        }
    }

    /** The items come where the text of an empty list has its empty list: as lists of one item each. */
    private record YamlText(byte[] head, byte[] tail, byte[] empty) implements ListText {
        /** Fields of lists begin their line; all that is in them is indented. */
        private static final Pattern NO_ITEMS = Pattern.compile("^((?:items|rows):) \\[]$", Pattern.MULTILINE);

        static YamlText of(byte[] before, byte[] after, byte[] empty) {
            if (empty.length > 0) {
                return new YamlText(NOTHING, NOTHING, Yaml.ofJson(Json.ofUtf8(empty)));
            }
            ByteArrayOutputStream json = new ByteArrayOutputStream();
            json.writeBytes(before);
            json.writeBytes(after);
            String yaml = new String(Yaml.ofJson(Json.ofUtf8(json.toByteArray())), StandardCharsets.UTF_8);
            Matcher items = NO_ITEMS.matcher(yaml);
            if (!items.find()) {
                throw new IllegalStateException("a list without items: " + yaml);
            }
            return new YamlText(
                    utf8(yaml.substring(0, items.end(1)) + "\n"), utf8(yaml.substring(items.end() + 1)), NOTHING);
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void item(ResponseStream to, byte[] json, boolean first) {
            ByteArrayOutputStream list = new ByteArrayOutputStream(json.length + 2);
            list.write('[');
            list.writeBytes(json);
            list.write(']');
            to.add(Yaml.ofJson(Json.ofUtf8(list.toByteArray())));
        }
    }
}
