package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Objects as themselves. */
public record ObjectForm(ServedKind served) implements Form {
    /** Kinds of such a group are to clients what custom resources are. */
    private static final String OUR_GROUPS = ".shiplog.io";

    /** The annotation that ends the initial events of a watch-list. */
    static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

    @Override
    public Json single(Json stored) {
        return served.shown(stored);
    }

    @Override
    public byte[] listHead(ListHead head) {
        return head(served.kind().listKind(), served.apiVersion(), head, "items");
    }

    /** {@code {"kind":…,"apiVersion":…,"metadata":{…},"items":[}. */
    static byte[] head(String kind, String apiVersion, ListHead head, String items) {
        return "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":%s,\"%s\":["
                .formatted(kind, apiVersion, head.metadata(), items)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] tail() {
        return new byte[] {']', '}', '\n'};
    }

    /** As Kubernetes: a list of a built-in kind says what its items are; of other groups, each item says it itself. */
    @Override
    public byte[] item(Json stored, Instant now) {
        byte[] item = served.shown(stored).utf8();
        return served.kind().group().endsWith(OUR_GROUPS) ? item : Untyped.of(item);
    }

    @Override
    public byte[] listTail() {
        return tail();
    }

    @Override
    public byte[] watched(Json stored, boolean first, Instant now) {
        return served.shown(stored).utf8();
    }

    @Override
    public byte[] bookmark(long revision, boolean endsInitialEvents, boolean first) {
        return bookmarkTree(served.kind().kind(), served.apiVersion(), revision, endsInitialEvents);
    }

    static byte[] bookmarkTree(String kind, String apiVersion, long revision, boolean endsInitialEvents) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("kind", kind);
        tree.put("apiVersion", apiVersion);
        ObjectNode metadata = tree.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        metadata.putNull("creationTimestamp");
        if (endsInitialEvents) {
            metadata.putObject("annotations").put(INITIAL_EVENTS_END, "true");
        }
        return Json.of(tree).utf8();
    }
}
