package io.shiplog.gateway.write;

import io.shiplog.events.command.Command.CreateObject;
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

    public void create(Exchange exchange, ServedKind served) {
        RequestBody.json(
                exchange,
                body -> exchange.checked(
                        WriteOptions.of(exchange, "CreateOptions"),
                        options -> exchange.checked(Form.of(exchange, served, false), form -> {
                            CreateObject command = new CreateObject(
                                    served.kind().type(), exchange.info().namespace(), body, options.validation());
                            Decision.of(
                                    exchange,
                                    served,
                                    options.dryRun(),
                                    command,
                                    accepted -> exchange.answer(201, form.single(accepted.object())));
                        })));
    }
}
