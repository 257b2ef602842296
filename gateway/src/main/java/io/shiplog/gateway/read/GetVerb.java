package io.shiplog.gateway.read;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Scale;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.StoredObject;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code GET …/{name}}.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/get.go">get.go</a>
 */
public final class GetVerb {

    /** Answers with the object, or with its subresource. */
    public void get(Exchange exchange, ServedKind served) {
        exchange.checked(
                Form.of(exchange, served, false),
                form -> withObject(exchange, served, object -> exchange.answer(200, form.single(object))));
    }

    /** Answers with the object's Scale. */
    public void getScale(Exchange exchange, ServedKind served) {
        withObject(exchange, served, object -> exchange.answer(200, Scale.of(object)));
    }

    private static void withObject(Exchange exchange, ServedKind served, Consumer<Json> then) {
        ObjectKey key = served.key(exchange.info().namespace(), exchange.info().name());
        Consumer<Optional<StoredObject>> found = object ->
                object.ifPresentOrElse(there -> then.accept(there.json()), () -> exchange.refuse(missing(served, key)));
        if (exchange.now() || exchange.query().has("resourceVersion")) {
            ReadOptions.ofGet(exchange, served, image -> found.accept(Optional.ofNullable(image.get(key))));
        } else {
            exchange.withPast(key, found);
        }
    }

    /** {@code pods "x" not found}, with the client's name of the kind. */
    public static Refusal missing(ServedKind served, ObjectKey key) {
        return Refusal.notFound(ObjectKey.of(served.kind().type(), key.namespace(), key.name()));
    }
}
