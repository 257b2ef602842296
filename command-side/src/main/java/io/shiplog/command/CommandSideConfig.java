package io.shiplog.command;

import io.shiplog.command.token.TokenConfig;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;

/**
 * What a command side is told when it starts.
 *
 * @param address where other processes send commands, {@code host:port}; stands in the claims. Empty within one process
 * @param claimTimeout how long one attempt to claim a shard may take
 * @param leads whether to claim the shards at once; one that does not stands by until {@link CommandSide#lead}
 * @param tokens how tokens of ServiceAccounts are signed
 */
public record CommandSideConfig(String address, Duration claimTimeout, boolean leads, TokenConfig tokens) {
    /** For a single process: claims at once. */
    public static CommandSideConfig inOneProcess(TokenConfig tokens) {
        return new CommandSideConfig("", Duration.ofSeconds(30), true, tokens);
    }

    /** For a single process that keeps nothing: tokens are signed with a key that dies with it. */
    public static CommandSideConfig inOneProcess() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            PrivateKey key = generator.generateKeyPair().getPrivate();
            return inOneProcess(new TokenConfig("https://kubernetes.default.svc.cluster.local", key, "1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has this curve", e);
        }
    }
}
