package io.shiplog.command.control;

import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.VOLUMES;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.volume.NodeLocal;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.StoredObject;
import java.util.function.Predicate;

/** The nodes' part in a pod's life: what is bound gets ready, what is to be deleted goes, with the folders of volumes. */
public final class FakeNodes {
    private final FakeCluster cluster;
    private Predicate<StoredObject> works = pod -> true;

    private FakeNodes(FakeCluster cluster) {
        this.cluster = cluster;
    }

    /** Nodes that run whatever is bound to them, in no time. */
    public static FakeNodes in(FakeCluster cluster) {
        FakeNodes nodes = new FakeNodes(cluster);
        cluster.observe(nodes::onChange);
        return nodes;
    }

    /** From now on, only these pods get ready. */
    public void only(Predicate<StoredObject> pods) {
        works = pods;
    }

    private void onChange(Change change) {
        StoredObject pod = change.after();
        ObjectNode decided = cluster.tree(pod.key());
        if (pod.key().type().equals(VOLUMES) && pod.deleting() && decided != null) {
            ObjectNode patch = NodeLocal.withoutFinalizer(decided);
            if (patch != null) {
                cluster.change(pod.key(), "", patch.toString());
            }
            return;
        }
        if (!pod.key().type().equals(PODS) || change.removes() || decided == null) {
            return;
        }
        if (pod.deleting()) {
            cluster.deleteAtOnce(pod.key());
        } else if (pod.node() != null
                && works.test(pod)
                // As decided, not as seen: a pod that has failed since does not run again.
                && decided.at("/status/phase").asText("Pending").matches("|Pending")) {
            ready(pod);
        }
    }

    /** Makes a pod ready. */
    public void ready(StoredObject pod) {
        cluster.change(pod.key(), "status", """
                {"status":{"phase":"Running","podIPs":[{"ip":"10.0.0.%d"}],"conditions":[{"type":"Ready","status":"True",
                "lastTransitionTime":"%s"}]}}""".formatted(pod.revision() % 250, cluster.now()));
    }
}
