package io.shiplog.gateway.read;

import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.ResponseStream;
import io.shiplog.gateway.http.Yaml;
import io.shiplog.gateway.protobuf.MessageList;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.projections.image.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends a list item by item, as JSON, YAML or protobuf: a list of any size is nowhere whole. */
public final class ListStream implements ResponseStream.Source {
    private static final byte[] COMMA = {','};
    private static final byte[] NOTHING = {};

    /** Lists up to here become protobuf on the event loop. */
    private static final int MAX_OBJECTS_ON_LOOP = 8;

    private static final int MAX_BYTES_ON_LOOP = 8 * 1024;

    private final ListText text;
    private final List<Json> objects;
    private int next;

    private ListStream(ListText text, List<Json> objects) {
        this.text = text;
        this.objects = objects;
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
        byte[] empty = objects.isEmpty() ? form.emptyList(metadata) : NOTHING;
        Instant now = exchange.clock().instant();
        switch (exchange.accepted().text()) {
            case JSON ->
                send(exchange, objects, new JsonText(form, now, form.listHead(metadata), form.listTail(), empty));
            case YAML ->
                send(exchange, objects, YamlText.of(form, now, form.listHead(metadata), form.listTail(), empty));
            case PROTOBUF ->
                exchange.whenDone(
                        measured(exchange, form, metadata, objects, now),
                        list -> send(exchange, objects, new MessageText(list)));
        }
    }

    private static void send(Exchange exchange, List<Json> objects, ListText text) {
        if (!exchange.response().headWritten() && !exchange.response().closed()) {
            new ResponseStream(exchange, new ListStream(text, objects))
                    .send(200, exchange.accepted().text().contentType());
        }
    }

    /** A short list is measured at once, others on another thread until the client is gone. */
    private static CompletionStage<MessageList> measured(
            Exchange exchange, Form form, ListHead metadata, List<Json> objects, Instant now) {
        AtomicBoolean over = new AtomicBoolean();
        Supplier<MessageList> measured = () -> MessageList.measured(
                Json.ofUtf8(form.emptyList(metadata)),
                objects.size(),
                index -> form.item(objects.get(index), now),
                over::get);
        if (objects.size() <= MAX_OBJECTS_ON_LOOP
                && objects.stream().mapToLong(each -> each.utf8().length).sum() <= MAX_BYTES_ON_LOOP) {
            return CompletableFuture.completedFuture(measured.get());
        }
        exchange.atEnd(() -> over.set(true));
        return CompletableFuture.supplyAsync(measured, Thread::startVirtualThread);
    }

    @Override
    public boolean next(ResponseStream to) {
        if (objects.isEmpty()) {
            text.empty(to);
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
        text.item(to, objects.get(next), next);
        next++;
        return true;
    }

    /** How a list is written. */
    private sealed interface ListText {
        /** Writes the whole of a list without items. */
        void empty(ResponseStream to);

        byte[] head();

        void item(ResponseStream to, Json object, int index);

        byte[] tail();
    }

    private record JsonText(Form form, Instant now, byte[] head, byte[] tail, byte[] whole) implements ListText {
        @Override
        public void empty(ResponseStream to) {
            to.add(whole);
        }

        @Override
        public void item(ResponseStream to, Json object, int index) {
            if (index > 0) {
                to.add(COMMA);
            }
            to.add(form.item(object, now));
        }
    }

    /** The items come where the text of an empty list has its empty list: as lists of one item each. */
    private record YamlText(Form form, Instant now, byte[] head, byte[] tail, byte[] whole) implements ListText {
        @Override
        public void empty(ResponseStream to) {
            to.add(whole);
        }

        /** Fields of lists begin their line; all that is in them is indented. */
        private static final Pattern NO_ITEMS = Pattern.compile("^((?:items|rows):) \\[]$", Pattern.MULTILINE);

        static YamlText of(Form form, Instant now, byte[] before, byte[] after, byte[] empty) {
            if (empty.length > 0) {
                return new YamlText(form, now, NOTHING, NOTHING, Yaml.ofJson(Json.ofUtf8(empty)));
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
                    form,
                    now,
                    utf8(yaml.substring(0, items.end(1)) + "\n"),
                    utf8(yaml.substring(items.end() + 1)),
                    NOTHING);
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void item(ResponseStream to, Json object, int index) {
            byte[] json = form.item(object, now);
            ByteArrayOutputStream list = new ByteArrayOutputStream(json.length + 2);
            list.write('[');
            list.writeBytes(json);
            list.write(']');
            to.add(Yaml.ofJson(Json.ofUtf8(list.toByteArray())));
        }
    }

    private record MessageText(MessageList list) implements ListText {
        @Override
        public void empty(ResponseStream to) {
            to.add(list.head());
            to.add(list.tail());
        }

        @Override
        public byte[] head() {
            return list.head();
        }

        @Override
        public void item(ResponseStream to, Json object, int index) {
            to.add(list.item(index));
        }

        @Override
        public byte[] tail() {
            return list.tail();
        }
    }
}
