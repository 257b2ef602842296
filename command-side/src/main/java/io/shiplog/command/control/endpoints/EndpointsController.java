package io.shiplog.command.control.endpoints;

import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps a Service's EndpointSlices and Endpoints in step with its pods. */
public final class EndpointsController implements Controller {
    /** Up to this many endpoints, each change is written at once. */
    static final int FEW = 100;
    /** The changes of a larger Service are collected for a millisecond per endpoint, at most for this long. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        Set<ObjectKey> keys = new TreeSet<>();
        image.list(Types.SERVICES).forEach(service -> keys.add(service.key()));
        image.list(Types.ENDPOINTS).stream()
                .filter(EndpointsController::ours)
                .forEach(endpoints ->
                        keys.add(serviceOf(endpoints.key(), endpoints.key().name())));
        return keys;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject after = change.after();
        ObjectKey key = after.key();
        if (key.type().equals(Types.SERVICES)) {
            replan.accept(key);
        } else if (key.type().equals(Types.PODS)) {
            affectedByPod(change, image, replan);
        } else if (key.type().equals(Types.ENDPOINT_SLICES)) {
            String service = after.labels().get(SlicePlan.SERVICE_NAME);
            if (service != null && SlicePlan.MANAGER.equals(after.labels().get(SlicePlan.MANAGED_BY))) {
                replan.accept(serviceOf(key, service));
            }
        } else if (key.type().equals(Types.ENDPOINTS) && ours(after)) {
            replan.accept(serviceOf(key, key.name()));
        }
    }

    private static void affectedByPod(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject before = change.before();
        StoredObject after = change.after();
        if (before != null && !change.removes() && sameForServices(before, after)) {
            return;
        }
        for (StoredObject stored : image.list(Types.SERVICES, after.key().namespace())) {
            ServiceView service = ServiceView.of(stored);
            if (service.selects(after.labels()) || before != null && service.selects(before.labels())) {
                replan.accept(stored.key());
            }
        }
    }

    private static boolean sameForServices(StoredObject before, StoredObject after) {
        PodView was = PodView.of(before);
        PodView is = PodView.of(after);
        return before.labels().equals(after.labels())
                && before.deleting() == after.deleting()
                && before.uid().equals(after.uid())
                && Objects.equals(before.node(), after.node())
                && was.ready() == is.ready()
                && was.terminal() == is.terminal()
                && was.read().network().ips().equals(is.read().network().ips());
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null) {
            return leftover(image.get(ObjectKey.of(Types.ENDPOINTS, key.namespace(), key.name())));
        }
        ServiceView service = ServiceView.of(stored);
        if (!service.read().selected() || stored.deleting()) {
            return Plan.NOTHING;
        }
        List<Endpoint> endpoints = Endpoint.behind(service, image);
        List<Step> steps = new ArrayList<>(SlicePlan.of(service, endpoints, image));
        Step forOld = EndpointsPlan.of(service, endpoints, image);
        if (forOld != null) {
            steps.add(forOld);
        }
        return endpoints.size() <= FEW ? Plan.of(steps) : Plan.pausing(steps, pause(endpoints.size()));
    }

    /**
     * Each write holds all endpoints, or 100 of them: one per pod of a rollout would be quadratic, in a log that deletes nothing. Kubernetes
     * has --endpoint-updates-batch-period for it, and the limit of its controllers' requests per second.
     */
    private static Duration pause(int endpoints) {
        Duration pause = Duration.ofMillis(endpoints);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Slices go with their owner; the Endpoints object has none. */
    private static Plan leftover(@Nullable StoredObject endpoints) {
        return endpoints == null || !ours(endpoints)
                ? Plan.NOTHING
                : Plan.of(Step.of(Edits.delete(endpoints, Propagation.BACKGROUND)));
    }

    private static boolean ours(StoredObject endpoints) {
        return EndpointsPlan.MANAGER.equals(endpoints.labels().get(EndpointsPlan.MANAGED_BY));
    }

    private static ObjectKey serviceOf(ObjectKey key, String service) {
        return ObjectKey.of(Types.SERVICES, key.namespace(), service);
    }
}
