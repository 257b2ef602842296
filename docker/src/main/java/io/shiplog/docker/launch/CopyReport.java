package io.shiplog.docker.launch;

import io.shiplog.docker.transfer.Copying.Copied;
import io.shiplog.docker.transfer.Verification;
import io.shiplog.docker.transfer.Verification.Outcome;
import io.shiplog.events.log.kafka.ShardConfig;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Tells what was copied, and proves the copy. */
final class CopyReport {
    private CopyReport() {}

    /** Whether the chain of every shard that was copied holds in the target. */
    static boolean proven(Map<String, Copied> copied, TargetKafka target, PrintStream out) {
        boolean good = true;
        for (ShardConfig shard : Shards.ALL) {
            Copied what = copied.get(shard.name());
            if (what == null || what.revision() == 0) {
                continue;
            }
            Outcome outcome = Verification.of(target.kafka(), shard, List.of(), Surroundings::kind);
            boolean holds = outcome.good() && outcome.audit().newest() == what.revision();
            out.printf(
                    "shard %s: %d events copied, up to revision %d; %s%n",
                    shard.name(),
                    what.events(),
                    what.revision(),
                    holds
                            ? "the chain holds, head " + outcome.audit().head()
                            : outcome.audit()
                                    .first()
                                    .map(finding -> "BROKEN at revision " + finding.revision() + ": " + finding.what())
                                    .orElse("BROKEN: the copy ends at revision "
                                            + outcome.audit().newest()));
            good &= holds;
        }
        return good;
    }
}
