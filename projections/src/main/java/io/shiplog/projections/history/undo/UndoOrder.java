package io.shiplog.projections.history.undo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of an undo's steps: namespaces before their content, referenced objects before those that refer to them, owners
 * before dependents; then changes; deletions last, in reverse. As Helm installs and uninstalls.
 */
final class UndoOrder {
    private static final List<String> RANKS = List.of(
            "namespaces",
            "priorityclasses.scheduling.k8s.io",
            "resourcequotas",
            "limitranges",
            "serviceaccounts",
            "secrets",
            "configmaps",
            "persistentvolumes",
            "persistentvolumeclaims",
            "customresourcedefinitions.apiextensions.k8s.io",
            "clusterroles.rbac.authorization.k8s.io",
            "clusterrolebindings.rbac.authorization.k8s.io",
            "roles.rbac.authorization.k8s.io",
            "rolebindings.rbac.authorization.k8s.io",
            "services");
    private static final String PODS = "pods";

    private UndoOrder() {}

    static List<UndoStep> of(List<UndoStep> steps) {
        List<UndoStep.Create> creates = new ArrayList<>();
        List<UndoStep> updates = new ArrayList<>();
        List<UndoStep> deletes = new ArrayList<>();
        for (UndoStep step : steps) {
            switch (step) {
                case UndoStep.Create create -> creates.add(create);
                case UndoStep.Update update -> updates.add(update);
                case UndoStep.Delete delete -> deletes.add(delete);
            }
        }
        Comparator<UndoStep> byRank =
                Comparator.comparingInt((UndoStep step) -> rank(step)).thenComparing(UndoStep::key);
        creates.sort(byRank);
        updates.sort(byRank);
        deletes.sort(byRank.reversed());
        List<UndoStep> ordered = new ArrayList<>(ownersFirst(creates));
        ordered.addAll(updates);
        ordered.addAll(deletes);
        return ordered;
    }

    private static int rank(UndoStep step) {
        String type = step.key().type().qualified();
        int known = RANKS.indexOf(type);
        return known >= 0 ? known : type.equals(PODS) ? RANKS.size() + 1 : RANKS.size();
    }

    private static List<UndoStep.Create> ownersFirst(List<UndoStep.Create> creates) {
        Map<String, UndoStep.Create> byUid = new HashMap<>();
        creates.forEach(create -> byUid.put(create.uid(), create));
        Set<UndoStep.Create> placed = new LinkedHashSet<>();
        creates.forEach(create -> place(create, byUid, placed, new LinkedHashSet<>()));
        return List.copyOf(placed);
    }

    private static void place(
            UndoStep.Create create,
            Map<String, UndoStep.Create> byUid,
            Set<UndoStep.Create> placed,
            Set<UndoStep.Create> waiting) {
        if (placed.contains(create) || !waiting.add(create)) {
            return;
        }
        for (JsonNode owner : create.object().path("metadata").path("ownerReferences")) {
            UndoStep.Create made = byUid.get(owner.path("uid").asText(""));
            if (made != null) {
                place(made, byUid, placed, waiting);
            }
        }
        placed.add(create);
    }
}
