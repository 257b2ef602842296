package io.shiplog.docker.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.KubeconfigFiles.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Server, user and namespace: the content of a context of a kubeconfig.
 *
 * @param server its address, without a trailing slash
 * @param authorization the header, empty for none
 * @param namespace of the context; {@code default} if it has none
 */
public record ClientConfig(String context, String server, SSLContext tls, String authorization, String namespace) {

    /**
     * Looks up a context.
     *
     * @param kubeconfig a file; null for {@code $KUBECONFIG} or {@code ~/.kube/config}
     * @param context by name; null for the current one
     * @throws ClientException if there is no such context, or something it refers to is missing or invalid
     */
    public static ClientConfig of(
            @Nullable Path kubeconfig, @Nullable String context, Map<String, String> environment) {
        KubeconfigFiles files = KubeconfigFiles.read(kubeconfig, environment);
        String name = context != null ? context : files.currentContext();
        if (name.isEmpty()) {
            throw new ClientException(
                    "no cluster: the kubeconfig has no current context. Create one with './shiplog up', or give --context");
        }
        JsonNode chosen = files.entry("contexts", "context", name).tree();
        Entry cluster =
                files.entry("clusters", "cluster", chosen.path("cluster").asText());
        Entry user = files.entry("users", "user", chosen.path("user").asText());
        String server = cluster.tree().path("server").asText("").replaceAll("/+$", "");
        if (!server.startsWith("https://")) {
            throw new ClientException(
                    "the server of context '%s' is '%s': only https is supported".formatted(name, server));
        }
        return new ClientConfig(
                name,
                server,
                tls(cluster, user),
                authorization(user),
                chosen.path("namespace").asText("default"));
    }

    private static SSLContext tls(Entry cluster, Entry user) {
        byte[] certificate = bytes(user, "client-certificate");
        byte[] key = bytes(user, "client-key");
        return cluster.tree().path("insecure-skip-tls-verify").asBoolean(false)
                ? Tls.trustingAll(certificate, key)
                : Tls.trusting(bytes(cluster, "certificate-authority"), certificate, key);
    }

    private static String authorization(Entry user) {
        if (user.tree().has("exec") || user.tree().has("auth-provider")) {
            throw new ClientException(
                    "credential plugins are not supported: use a context with a token or a client certificate");
        }
        String token = user.tree().path("token").asText("");
        String file = user.tree().path("tokenFile").asText("");
        if (!file.isEmpty()) {
            token = new String(read(user.folder().resolve(file)), StandardCharsets.UTF_8).strip();
        }
        return token.isEmpty() ? "" : "Bearer " + token;
    }

    /** {@code <field>-data} in base64, or the file in {@code <field>}; null for neither. */
    private static byte @Nullable [] bytes(Entry entry, String field) {
        String data = entry.tree().path(field + "-data").asText("");
        String file = entry.tree().path(field).asText("");
        try {
            return !data.isEmpty()
                    ? Base64.getDecoder().decode(data)
                    : file.isEmpty() ? null : read(entry.folder().resolve(file));
        } catch (IllegalArgumentException e) {
            throw new ClientException("the kubeconfig's %s-data is not base64".formatted(field));
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ClientException("cannot read %s from the kubeconfig".formatted(file));
        }
    }

    /** Without the authorization: it is a secret. */
    @Override
    public String toString() {
        return "ClientConfig[%s at %s, namespace %s]".formatted(context, server, namespace);
    }
}
