package io.shiplog.gateway.write;

import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;

/**
 * {@code POST …/{resource}}.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/create.go">create.go</a>
 */
public final class CreateVerb {
    private record Asked(Json body, Form form) {}

    public void create(Exchange exchange, ServedKind served) {
        RequestBody.document(
                exchange,
                served.kind().kind(),
                document -> exchange.checked(
                        WriteOptions.of(exchange, "CreateOptions"),
                        options -> exchange.checked(
                                options.body(exchange, served, document)
                                        .then(body ->
                                                Form.of(exchange, served, false).map(form -> new Asked(body, form))),
                                asked -> {
                                    CreateObject command = new CreateObject(
                                            served.kind().type(),
                                            exchange.info().namespace(),
                                            asked.body(),
                                            options.validation());
                                    Decision.of(
                                            exchange,
                                            served,
                                            options.dryRun(),
                                            command,
                                            accepted -> exchange.answer(
                                                    201, asked.form().single(accepted.object())));
                                })));
    }
}
