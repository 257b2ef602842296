package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A StorageClass as the controllers and the scheduler see it.
 *
 * @param waits whether claims are bound once a pod that uses them has a node
 * @param reclaim of the volumes that are made
 * @param topologies where volumes can be made; empty for everywhere
 */
public record StorageClassView(
        String name, String provisioner, boolean waits, String reclaim, boolean expands, List<Topology> topologies) {
    /** The provisioner of classes whose volumes users make. */
    public static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private static final int REMEMBERED = 256;
    private static final Memo<StorageClassView> MEMO = new Memo<>(REMEMBERED, StorageClassView::read);

    public StorageClassView {
        topologies = List.copyOf(topologies);
    }

    /** All of these labels with one of their values. */
    public record Topology(List<LabelSelector.Requirement> labels) {}

    /** The view of a stored class. */
    public static StorageClassView of(StoredObject storageClass) {
        return MEMO.of(storageClass);
    }

    private static StorageClassView read(StoredObject storageClass) {
        JsonNode tree = storageClass.json().tree();
        List<Topology> topologies = new ArrayList<>();
        for (JsonNode term : tree.path("allowedTopologies")) {
            List<LabelSelector.Requirement> labels = new ArrayList<>();
            for (JsonNode each : term.path("matchLabelExpressions")) {
                labels.add(new LabelSelector.Requirement(
                        each.path("key").asText(), "In", ClaimView.texts(each.path("values"))));
            }
            topologies.add(new Topology(List.copyOf(labels)));
        }
        return new StorageClassView(
                storageClass.key().name(),
                tree.path("provisioner").asText(),
                tree.path("volumeBindingMode").asText().equals("WaitForFirstConsumer"),
                tree.path("reclaimPolicy").asText("Delete"),
                tree.path("allowVolumeExpansion").asBoolean(),
                topologies);
    }

    /** Whether a volume can be made for a pod on a node with these labels. */
    public boolean provisionsFor(Map<String, String> nodeLabels) {
        return !provisioner.equals(NO_PROVISIONER)
                && (topologies.isEmpty()
                        || topologies.stream()
                                .anyMatch(each -> new LabelSelector(Map.of(), each.labels()).matches(nodeLabels)));
    }
}
