package io.shiplog.command;

import io.shiplog.command.token.TokenConfig;
import java.time.Duration;

/**
 * The configuration of a command side.
 *
 * @param address where other processes send commands, {@code host:port}; part of the claims. Empty within one process
 * @param claimTimeout how long one attempt to claim a shard may take
 * @param leads whether to claim the shards at once; else it stands by until {@link CommandSide#lead}
 * @param tokens how tokens of ServiceAccounts are signed
 */
public record CommandSideConfig(String address, Duration claimTimeout, boolean leads, TokenConfig tokens) {
    /** For a single process: claims at once. */
    public static CommandSideConfig inOneProcess(TokenConfig tokens) {
        return new CommandSideConfig("", Duration.ofSeconds(30), true, tokens);
    }
}
