package io.shiplog.command.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Says in an annotation of each node how long it may cache ConfigMaps and Secrets: the more nodes, the longer. Shiplog's own nodes are told of
 * changes and cache nothing; a kubelet reads it.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/ttl/ttl_controller.go">ttl_controller.go</a>
 */
public final class NodeTtl implements Controller {
    static final String ANNOTATION = "node.alpha.kubernetes.io/ttl";

    /** How long nodes may cache while there are this many of them. The sizes overlap, so that one node does not change all of them often. */
    private record Size(int least, int most, int seconds) {}

    private static final List<Size> SIZES = List.of(
            new Size(0, 100, 0),
            new Size(90, 500, 15),
            new Size(450, 1_000, 30),
            new Size(900, 2_000, 60),
            new Size(1_800, Integer.MAX_VALUE, 300));

    @Override
    public String name() {
        return "ttl-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.NODES).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        if (!change.after().key().type().equals(Types.NODES)) {
            return;
        }
        replan.accept(change.after().key());
        int nodes = image.list(Types.NODES).size();
        boolean comesOrGoes = change.before() == null || change.removes();
        if (comesOrGoes && SIZES.stream().anyMatch(size -> nodes == size.least() - 1 || nodes == size.most() + 1)) {
            image.list(Types.NODES).forEach(node -> replan.accept(node.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject node = image.get(key);
        if (node == null || node.deleting()) {
            return Plan.NOTHING;
        }
        JsonNode there = node.json().tree().path("metadata").path("annotations").path(ANNOTATION);
        String wanted = Integer.toString(seconds(image.list(Types.NODES).size(), there.asText()));
        if (wanted.equals(there.asText())) {
            return Plan.NOTHING;
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("metadata").putObject("annotations").put(ANNOTATION, wanted);
        return Plan.of(Step.of(Edits.patch(node, patch)));
    }

    /**
     * The seconds for a number of nodes.
     *
     * @param now the annotation's value: it stays as long as the number fits
     */
    static int seconds(int nodes, String now) {
        for (Size size : SIZES) {
            if (now.equals(Integer.toString(size.seconds())) && nodes >= size.least() && nodes <= size.most()) {
                return size.seconds();
            }
        }
        for (Size size : SIZES) {
            if (nodes <= size.most()) {
                return size.seconds();
            }
        }
        throw new IllegalStateException("the last size has no end");
    }
}
