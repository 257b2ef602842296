package io.shiplog.docker.launch.log;

import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.transfer.Copying.Copied;
import io.shiplog.docker.transfer.Verification;
import io.shiplog.docker.transfer.Verification.Outcome;
import io.shiplog.events.log.kafka.ShardConfig;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Prints what was copied and what else must be copied, and verifies the copy. */
final class CopyReport {
    private CopyReport() {}

    /**
     * Names the key file, the only part that is not in a log.
     *
     * @param keyFile of the cluster that wrote the log
     */
    static void keys(long count, TargetKafka target, String keyFile, PrintStream out) {
        if (count == 0) {
            return;
        }
        out.printf("data keys: %d copied, still wrapped. They require the key file of their cluster. ", count);
        out.println(target.keyFile()
                .map(file -> "Copy it before the first start:%n  install -D -m 600 %s %s".formatted(keyFile, file))
                .orElse("Each role needs it: give --key-file."));
    }

    /** Whether the chain of every copied shard is valid in the target. */
    static boolean proven(Map<String, Copied> copied, TargetKafka target, PrintStream out) {
        boolean good = true;
        for (ShardConfig shard : Shards.ALL) {
            Copied what = copied.get(shard.name());
            if (what == null || what.revision() == 0) {
                continue;
            }
            Outcome outcome =
                    Verification.of(target.kafka(), shard, List.of(), target.signers(), BuiltInKinds.catalogue());
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
            outcome.audit()
                    .signatures()
                    .parts()
                    .forEach(part -> out.printf(
                            "  signed by key %s up to revision %d%n",
                            part.signer(), part.newest().revision()));
            outcome.audit()
                    .signatures()
                    .unknown()
                    .ifPresent(head -> out.printf(
                            "  signed up to revision %d by a key that the target does not know: run the same import again with --public-key, the source cluster's pki/log-signing.pub%n",
                            head.revision()));
            good &= holds;
        }
        return good;
    }
}
