package io.shiplog.command.control.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.token.TokenSigner;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Fills a Secret of type {@code kubernetes.io/service-account-token} with a token without expiry, and deletes it if its
 * ServiceAccount does not exist. The key is the Secret's.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#token-controller">Token
 *     controller</a>
 */
public final class TokenSecrets implements Controller {
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String NAME = "kubernetes.io/service-account.name";
    private static final String UID = "kubernetes.io/service-account.uid";
    private static final int REMEMBERED = 4_096;

    private final TokenSigner signer;
    private final String caCrt;
    private final Memo<TokenSecret> secrets = new Memo<>(REMEMBERED, TokenSecret::of);

    /** @param caPem the CA's certificate, written to {@code ca.crt} */
    public TokenSecrets(TokenSigner signer, String caPem) {
        this.signer = signer;
        this.caCrt = base64(caPem);
    }

    /** The relevant fields of a Secret: its ServiceAccount (uid empty if it names none), and which data it has. */
    private record TokenSecret(
            String account, String uid, boolean immutable, boolean hasToken, boolean hasNamespace, String caCrt) {
        private static TokenSecret of(StoredObject secret) {
            JsonNode tree = secret.json().tree();
            JsonNode annotations = tree.path("metadata").path("annotations");
            JsonNode data = tree.path("data");
            return new TokenSecret(
                    annotations.path(NAME).asText(""),
                    annotations.path(UID).asText(""),
                    tree.path("immutable").asBoolean(),
                    !data.path("token").asText("").isEmpty(),
                    !data.path("namespace").asText("").isEmpty(),
                    data.path("ca.crt").asText(""));
        }
    }

    @Override
    public String name() {
        return "tokens-controller";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.SECRETS).stream()
                .filter(TokenSecrets::holdsToken)
                .map(StoredObject::key)
                .toList();
    }

    private static boolean holdsToken(StoredObject secret) {
        return TYPE.equals(secret.fields().get("type"));
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.SECRETS) && holdsToken(change.after())) {
            replan.accept(key);
        } else if (key.type().equals(Types.SERVICE_ACCOUNTS) && (change.removes() || change.before() == null)) {
            image.list(Types.SECRETS, key.namespace()).stream()
                    .filter(secret ->
                            holdsToken(secret) && secrets.of(secret).account().equals(key.name()))
                    .forEach(secret -> replan.accept(secret.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject secret = image.get(key);
        if (secret == null || secret.deleting() || !holdsToken(secret)) {
            return Plan.NOTHING;
        }
        TokenSecret read = secrets.of(secret);
        StoredObject account = image.get(ObjectKey.of(Types.SERVICE_ACCOUNTS, key.namespace(), read.account()));
        if (account == null || !read.uid().isEmpty() && !read.uid().equals(account.uid())) {
            return Plan.of(Step.of(Edits.delete(secret, Propagation.BACKGROUND)));
        }
        boolean full = read.hasToken() && read.hasNamespace() && read.caCrt().equals(caCrt);
        return full || read.immutable()
                ? Plan.NOTHING
                : Plan.of(Step.of(Edits.patchUnchanged(secret, missing(key, read, account))));
    }

    private ObjectNode missing(ObjectKey key, TokenSecret read, StoredObject account) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("metadata").putObject("annotations").put(UID, account.uid());
        ObjectNode data = patch.putObject("data").put("ca.crt", caCrt);
        if (!read.hasNamespace()) {
            data.put("namespace", base64(key.namespace()));
        }
        if (!read.hasToken()) {
            data.put("token", base64(signer.legacyToken(key.namespace(), read.account(), account.uid(), key.name())));
        }
        return patch;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
