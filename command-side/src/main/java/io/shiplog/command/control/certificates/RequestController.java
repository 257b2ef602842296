package io.shiplog.command.control.certificates;

import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.kind.certificates.CertificateSigningRequestKind;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.function.Consumer;

/** A controller whose work is about one CertificateSigningRequest each. */
interface RequestController extends Controller {
    /** The user of these controllers, as in Kubernetes. */
    @Override
    default Actor actor() {
        return Actor.controller("certificate-controller");
    }

    @Override
    default Collection<ObjectKey> keys(Image image) {
        return image.list(CertificateSigningRequestKind.TYPE).stream()
                .map(StoredObject::key)
                .toList();
    }

    @Override
    default void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(CertificateSigningRequestKind.TYPE)) {
            replan.accept(key);
        }
    }
}
