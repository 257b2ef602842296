package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Only the metadata of objects.
 *
 * @param version of meta.k8s.io: v1 or v1beta1
 */
public record MetadataForm(String version) implements Form {

    private String apiVersion() {
        return "meta.k8s.io/" + version;
    }

    static ObjectNode partial(JsonNode object, String version) {
        ObjectNode partial = Json.MAPPER.createObjectNode();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", "meta.k8s.io/" + version);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    @Override
    public Json single(Json stored) {
        return Json.of(partial(stored.tree(), version));
    }

    @Override
    public byte[] listHead(ListHead head) {
        return ObjectForm.head("PartialObjectMetadataList", apiVersion(), head, "items");
    }

    /** As Kubernetes: Go's empty list here is null. */
    @Override
    public byte[] emptyList(ListHead head) {
        return "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":null}\n"
                .formatted(apiVersion(), head.metadata())
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] item(Json stored, Instant now) {
        return single(stored).utf8();
    }

    @Override
    public byte[] listTail() {
        return ObjectForm.tail();
    }

    @Override
    public byte[] watched(Json stored, boolean first, Instant now) {
        return single(stored).utf8();
    }

    @Override
    public byte[] bookmark(long revision, boolean endsInitialEvents, boolean first) {
        return ObjectForm.bookmarkTree("PartialObjectMetadata", apiVersion(), revision, endsInitialEvents);
    }
}
