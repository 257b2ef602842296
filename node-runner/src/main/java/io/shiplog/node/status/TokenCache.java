package io.shiplog.node.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.port.ServiceAccountTokens;
import io.shiplog.node.pod.port.TaskClock;
import io.shiplog.node.reference.UnresolvedException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens of the node's pods: requested once, renewed after four fifths of their lifetime or after a day.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken">serviceAccountToken</a>
 */
public final class TokenCache implements ServiceAccountTokens {
    private static final ResourceType SERVICE_ACCOUNTS = ResourceType.core("serviceaccounts");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final Duration OLDEST = Duration.ofHours(24);
    private static final int MAX_TOKENS = 1024;

    private final CommandPort commands;
    private final Actor actor;
    private final TaskClock clock;
    private final Map<Wanted, Token> tokens = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Wanted, Token> eldest) {
            return size() > MAX_TOKENS;
        }
    };

    private record Wanted(String podUid, String account, String audience, long expirationSeconds) {}

    private record Token(String text, Instant renewAt) {}

    public TokenCache(CommandPort commands, Actor actor, TaskClock clock) {
        this.commands = commands;
        this.actor = actor;
        this.clock = clock;
    }

    @Override
    public String token(DesiredPod pod, String audience, long expirationSeconds) throws UnresolvedException {
        String account = pod.tree().path("spec").path("serviceAccountName").asText("default");
        Wanted wanted = new Wanted(pod.uid(), account, audience, expirationSeconds);
        synchronized (tokens) {
            Token token = tokens.get(wanted);
            if (token != null && clock.now().isBefore(token.renewAt())) {
                return token.text();
            }
        }
        Token token = ask(pod, account, wanted);
        synchronized (tokens) {
            tokens.put(wanted, token);
        }
        return token.text();
    }

    private Token ask(DesiredPod pod, String account, Wanted wanted) throws UnresolvedException {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        ObjectNode spec = body.putObject("spec");
        spec.putArray("audiences");
        if (!wanted.audience().isEmpty()) {
            spec.withArray("audiences").add(wanted.audience());
        }
        spec.put("expirationSeconds", wanted.expirationSeconds());
        spec.putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", pod.key().name())
                .put("uid", pod.uid());
        ObjectKey key = ObjectKey.of(SERVICE_ACCOUNTS, pod.key().namespace(), account);
        Instant asked = clock.now();
        return switch (answer(new RequestToken(key, Json.of(body)))) {
            case CommandResult.Accepted accepted -> read(accepted.object().tree(), asked);
            case CommandResult.Refused refused ->
                throw new UnresolvedException(
                        "failed to fetch token: " + refused.refusal().message());
        };
    }

    private CommandResult answer(RequestToken command) throws UnresolvedException {
        CommandResult result = Answers.await(commands, CommandRequest.byUser(actor, command), ANSWER_WITHIN);
        if (result == null) {
            throw new UnresolvedException("failed to fetch token: the cluster does not answer");
        }
        return result;
    }

    private static Token read(JsonNode answer, Instant asked) {
        JsonNode status = answer.path("status");
        Instant expires = Instant.parse(status.path("expirationTimestamp").asText());
        Duration life = Duration.between(asked, expires);
        Duration use = life.multipliedBy(4).dividedBy(5);
        return new Token(status.path("token").asText(), asked.plus(use.compareTo(OLDEST) < 0 ? use : OLDEST));
    }
}
