package io.shiplog.gateway.discovery;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.protobuf.OpenApiMessage;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Answers everything under {@code /api}, {@code /apis} and {@code /openapi} that does not name a resource. */
public final class Discovery {
    private final String gitVersion;
    private volatile @Nullable Made made;

    /** @param gitVersion that the documents name */
    public Discovery(String gitVersion) {
        this.gitVersion = gitVersion;
    }

    private record Made(DiscoveryDocuments documents, OpenApiDocuments openApi) {}

    /** The documents of the kinds that an exchange is about; made once for each catalogue. */
    private Made made(Exchange exchange) {
        KindCatalogue now = exchange.ports().kinds();
        Made current = made;
        if (current == null || !current.documents().of(now)) {
            DiscoveryDocuments documents = new DiscoveryDocuments(now);
            current = new Made(documents, new OpenApiDocuments(documents, gitVersion));
            made = current;
        }
        return current;
    }

    /** Answers, or returns false if the path is none of these. */
    public boolean answered(Exchange exchange, String[] parts) {
        Document document = null;
        String type = Document.JSON;
        switch (parts[0]) {
            case "api", "apis" -> {
                boolean core = parts[0].equals("api");
                String as = exchange.accepted().as();
                if (parts.length == 1 && as.equals("APIGroupDiscoveryList")) {
                    String version = exchange.accepted().version();
                    document = made(exchange).documents().aggregated(core, version);
                    type = "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
                } else {
                    document = plain(exchange, core, parts);
                }
            }
            case "openapi" -> {
                if (parts.length == 2 && parts[1].equals("v2")) {
                    openApiV2(exchange);
                    return true;
                }
                document = openApi(exchange, parts);
            }
            default -> {}
        }
        if (document == null) {
            return false;
        }
        document.send(exchange, type);
        return true;
    }

    private @Nullable Document plain(Exchange exchange, boolean core, String[] parts) {
        DiscoveryDocuments documents = made(exchange).documents();
        return switch (parts.length) {
            case 1 ->
                core ? documents.coreVersions(String.valueOf(exchange.request().authority())) : documents.groupList();
            case 2 -> core ? documents.resources("", parts[1]) : documents.group(parts[1]);
            case 3 -> core ? null : documents.resources(parts[1], parts[2]);
            default -> null;
        };
    }

    /** As JSON; as a protobuf message for clients that accept nothing else. */
    private void openApiV2(Exchange exchange) {
        String accept = exchange.request().getHeader(HttpHeaders.ACCEPT);
        if (Accepted.of(accept, false) != null) {
            made(exchange).openApi().swagger().send(exchange, Document.JSON);
        } else if (OpenApiMessage.acceptedBy(accept)) {
            made(exchange).openApi().swaggerMessage().send(exchange, OpenApiMessage.CONTENT_TYPE);
        } else {
            exchange.refuse(Accepted.refusal(true, OpenApiMessage.CONTENT_TYPE));
        }
    }

    private @Nullable Document openApi(Exchange exchange, String[] parts) {
        if (parts.length < 2 || !parts[1].equals("v3")) {
            return null;
        }
        return parts.length == 2
                ? made(exchange).openApi().index()
                : made(exchange)
                        .openApi()
                        .document(String.join("/", java.util.Arrays.copyOfRange(parts, 2, parts.length)));
    }
}
