package io.shiplog.gateway.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Ports;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.snapshot.Checkpoint;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /checkpoints}: checkpoints of this gateway's image, by shard: revision, link of the hash chain, number of objects,
 * digest. A reader of the log can compare them ({@code shiplog verify}).
 */
public final class Checkpoints {
    public static final String PATH = "checkpoints";

    private Checkpoints() {}

    /** Answers for the current image. The digest of a large image takes time: it is computed off the event loop. */
    public static void answer(Exchange exchange) {
        Ports ports = exchange.ports();
        Image image = ports.images().current();
        exchange.whenDone(
                CompletableFuture.supplyAsync(() -> of(image, ports), Thread::startVirtualThread),
                tree -> exchange.answer(200, tree));
    }

    private static ObjectNode of(Image image, Ports ports) {
        ImageEvolution evolution = new ImageEvolution(image.kinds());
        ObjectNode tree = Json.MAPPER.createObjectNode();
        ArrayNode shards = tree.putArray("shards");
        for (String shard : image.revisions().keySet()) {
            Checkpoint checkpoint = evolution.checkpoint(image, shard);
            shards.addObject()
                    .put("shard", shard)
                    .put("revision", Long.toString(checkpoint.revision()))
                    .put("time", checkpoint.time().toString())
                    .put("chain", checkpoint.chain())
                    .put("objects", checkpoint.objects())
                    .put("digest", checkpoint.digest());
        }
        return tree;
    }
}
