package io.shiplog.docker.launch.log;

import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.keys.KeyRotationRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The keys that encrypt objects in the log. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description =
                "The keys that encrypt objects in the log: replace the key-encryption key, make a backup, restore it.",
        subcommands = {KeysExportCommand.class, KeysImportCommand.class},
        footer = {
            "",
            "Examples:",
            "  kubectl shiplog keys rotate",
            "  ./shiplog keys export /backup/shiplog-keys.json",
            "  ./shiplog down && ./shiplog keys import /backup/shiplog-keys.json"
        })
public final class KeysCommand {
    /** Puts a new key-encryption key in force. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Put a new key-encryption key in force and destroy the former one.",
                "All objects stay readable; nothing in the log is rewritten."
            },
            footer = {"", "Example:", "  kubectl shiplog keys rotate"})
    int rotate(@Mixin ConnectionOptions connection) {
        try (KubeApi api = connection.open()) {
            KeyRotationRequest.send(api, "rotate-", List.of());
        }
        return ExitCode.OK;
    }
}
