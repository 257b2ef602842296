package io.shiplog.command.control.ranges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.networking.Cidr;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Says that a ServiceCIDR is ready, and protects it by a finalizer: a deleted one stays while a Service has an address in it that is in no
 * other range.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/networking/virtual-ips/#ip-address-objects">Virtual IPs</a>
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/controller/servicecidrs/servicecidrs_controller.go">servicecidrs_controller.go</a>
 */
public final class ServiceCidrController implements Controller {
    private static final ResourceType RANGES = new ResourceType("networking.k8s.io", "servicecidrs");
    private static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";
    private static final String READY = "Ready";

    @Override
    public String name() {
        return "service-cidrs-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(RANGES).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        boolean range = key.type().equals(RANGES);
        if (range) {
            replan.accept(key);
        }
        if (range || key.type().equals(Types.SERVICES)) {
            image.list(RANGES).stream().filter(StoredObject::deleting).forEach(each -> replan.accept(each.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject range = image.get(key);
        if (range == null) {
            return Plan.NOTHING;
        }
        JsonNode tree = range.json().tree();
        List<String> finalizers = Trees.texts(Trees.at(tree, "metadata", "finalizers"));
        boolean isProtected = finalizers.contains(FINALIZER);
        List<Step> steps = new ArrayList<>();
        if (!range.deleting()) {
            if (!isProtected) {
                List<String> more = new ArrayList<>(finalizers);
                more.add(FINALIZER);
                steps.add(Step.of(withFinalizers(range, more)));
            }
            if (!Conditions.has(Trees.at(tree, "status", "conditions"), READY, "True")) {
                ObjectNode ready = Conditions.condition(READY, "True", "", "Kubernetes Service CIDR is ready", now);
                steps.add(Step.of(apply(range, tree, ready)));
            }
        } else if (isProtected && !isUsed(image, range)) {
            steps.add(Step.of(withFinalizers(
                    range,
                    finalizers.stream().filter(each -> !each.equals(FINALIZER)).toList())));
        } else if (isProtected && !Conditions.has(Trees.at(tree, "status", "conditions"), READY, "False")) {
            ObjectNode inUse = Conditions.condition(
                    READY,
                    "False",
                    "Terminating",
                    "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR",
                    now);
            steps.add(Step.of(apply(range, tree, inUse)));
        }
        return steps.isEmpty() ? Plan.NOTHING : Plan.of(steps);
    }

    /** Whether a Service has an address in this range that is in no other one which stays. */
    private static boolean isUsed(Image image, StoredObject range) {
        List<Cidr> own = blocks(range);
        List<Cidr> others = image.list(RANGES).stream()
                .filter(each -> !each.deleting())
                .flatMap(each -> blocks(each).stream())
                .toList();
        return image.list(Types.SERVICES).stream()
                .flatMap(service -> Trees.texts(Trees.at(service.json().tree(), "spec", "clusterIPs")).stream())
                .anyMatch(address -> own.stream().anyMatch(block -> block.contains(address))
                        && others.stream().noneMatch(block -> block.contains(address)));
    }

    private static List<Cidr> blocks(StoredObject range) {
        return Trees.texts(Trees.at(range.json().tree(), "spec", "cidrs")).stream()
                .map(Cidr::parse)
                .filter(Objects::nonNull)
                .toList();
    }

    private static Command withFinalizers(StoredObject range, List<String> finalizers) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode list = patch.putObject("metadata").putArray("finalizers");
        finalizers.forEach(list::add);
        return Edits.patchUnchanged(range, patch);
    }

    private static Command apply(StoredObject range, JsonNode tree, ObjectNode condition) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.set("apiVersion", tree.path("apiVersion"));
        config.set("kind", tree.path("kind"));
        config.putObject("metadata").put("name", range.key().name()).put("uid", range.uid());
        config.putObject("status").putArray("conditions").add(condition);
        return new Command.ApplyObject(range.key(), "status", Json.of(config), FieldValidation.IGNORE, true, false);
    }
}
