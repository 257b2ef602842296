package io.shiplog.gateway.write;

import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.view.ServedKind;

/**
 * {@code POST …/serviceaccounts/{name}/token}: {@code kubectl create token}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/">TokenRequest</a>
 */
public final class TokenVerb {

    public void request(Exchange exchange, ServedKind serviceAccounts) {
        RequestBody.json(
                exchange,
                body -> exchange.checked(
                        WriteOptions.of(exchange, "CreateOptions"),
                        options -> Decision.of(
                                exchange,
                                serviceAccounts,
                                options.dryRun(),
                                new RequestToken(
                                        serviceAccounts.key(
                                                exchange.info().namespace(),
                                                exchange.info().name()),
                                        body),
                                accepted -> exchange.answer(201, accepted.object()))));
    }
}
