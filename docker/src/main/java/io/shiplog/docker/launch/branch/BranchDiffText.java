package io.shiplog.docker.launch.branch;

import io.shiplog.docker.branch.Branch;
import io.shiplog.docker.branch.BranchDiff;
import io.shiplog.docker.branch.BranchDiff.ObjectChange;
import io.shiplog.docker.branch.BranchDiff.Place;
import io.shiplog.docker.branch.BranchDiff.PodChange;
import io.shiplog.projections.history.diff.FieldChange;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A branch's difference as text. */
final class BranchDiffText {
    private final PrintStream out;

    BranchDiffText(PrintStream out) {
        this.out = out;
    }

    void print(Branch branch, BranchDiff diff) {
        out.printf(
                "Branch '%s' compared with the cluster at revision %d (%s)%n",
                branch.name(), branch.revision(), branch.time());
        if (diff.empty()) {
            out.println("No difference.");
            return;
        }
        pods(
                "Pods that would not fit:",
                diff.pods().stream().filter(PodChange::doesNotFit).toList());
        pods(
                "Pods that would move:",
                diff.pods().stream().filter(PodChange::moves).toList());
        pods(
                "Pods that would start, stop or be recreated in place:",
                diff.pods().stream()
                        .filter(each -> !each.doesNotFit() && !each.moves())
                        .toList());
        objects(diff.objects());
    }

    private void pods(String title, List<PodChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        out.println(title);
        for (PodChange each : changes) {
            out.printf(
                    "  %-28s %-44s -> %s%s%n",
                    each.workload(),
                    place(each.before()),
                    place(each.after()),
                    each.why().isEmpty() ? "" : ": " + each.why());
        }
    }

    private static String place(@Nullable Place place) {
        if (place == null) {
            return "-";
        }
        return place.node().isEmpty() ? place.pod() + " on no node" : place.pod() + " on " + place.node();
    }

    private void objects(List<ObjectChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        out.println("Objects:");
        for (ObjectChange each : changes) {
            out.printf("  %-8s %s%n", each.what(), each.object());
            for (FieldChange field : each.fields()) {
                out.printf(
                        "             %s: %s -> %s%n",
                        field.path(),
                        field.before() == null ? "-" : field.before(),
                        field.after() == null ? "-" : field.after());
            }
        }
    }
}
