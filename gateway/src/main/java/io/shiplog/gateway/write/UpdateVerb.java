package io.shiplog.gateway.write;

import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Scale;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.access.AccessRequest;

/**
 * {@code PUT …/{name}} and {@code PUT …/{name}/{subresource}}.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/update.go">update.go</a>
 */
public final class UpdateVerb {
    private record Asked(Json body, Form form) {}

    public void update(Exchange exchange, ServedKind served) {
        RequestBody.document(
                exchange,
                served.kind().kind(),
                document -> exchange.checked(
                        WriteOptions.of(exchange, "UpdateOptions"),
                        options -> exchange.checked(
                                options.body(exchange, served, document)
                                        .then(body ->
                                                Form.of(exchange, served, false).map(form -> new Asked(body, form))),
                                asked -> {
                                    String subresource = exchange.info().subresource();
                                    ReplaceObject command = new ReplaceObject(
                                            served.commandKey(
                                                    exchange.info().namespace(),
                                                    exchange.info().name()),
                                            subresource,
                                            asked.body(),
                                            options.validation(),
                                            subresource.isEmpty() && mayCreate(exchange));
                                    Decision.of(
                                            exchange,
                                            served,
                                            options.dryRun(),
                                            command,
                                            accepted -> exchange.answer(
                                                    200,
                                                    subresource.equals("scale")
                                                            ? Scale.of(accepted.object())
                                                            : asked.form().single(accepted.object())));
                                })));
    }

    /** The right to update does not include create, which some kinds do on update. */
    static boolean mayCreate(Exchange exchange) {
        RequestInfo info = exchange.info();
        AccessRequest create = AccessRequest.resource(
                exchange.actor(), "create", info.group(), info.resource(), "", info.namespace(), info.name());
        return exchange.ports()
                .authorizer()
                .authorize(exchange.ports().images().current(), create)
                .allowed();
    }
}
