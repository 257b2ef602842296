package io.shiplog.docker.story;

import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The keys of what is encrypted in the log. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "The keys of what is encrypted in the log.",
        footer = {"", "Example:", "  kubectl shiplog keys rotate"})
public final class KeysCommand {
    /** Puts a new key-encryption key in force. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Put a new key-encryption key in force and destroy the former one.",
                "Everything stays readable; nothing in the log is written anew."
            },
            footer = {"", "Example:", "  kubectl shiplog keys rotate"})
    int rotate(@Mixin ConnectionOptions connection) {
        try (KubeApi api = connection.open()) {
            KeyRotationRequest.send(api, "rotate-", List.of());
        }
        return ExitCode.OK;
    }
}
