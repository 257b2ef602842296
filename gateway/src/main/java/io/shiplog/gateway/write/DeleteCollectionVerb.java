package io.shiplog.gateway.write;

import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.RequestBody;
import io.shiplog.gateway.read.ListStream;
import io.shiplog.gateway.select.Selection;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.gateway.view.ObjectForm;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** {@code DELETE …/{resource}}: one command for each selected object, some concurrently. Not a transaction, as in Kubernetes. */
public final class DeleteCollectionVerb {
    /** The number of concurrent deletions. */
    private static final int WINDOW = 32;

    public void deleteCollection(Exchange exchange, ServedKind served) {
        RequestBody.json(
                exchange,
                body -> exchange.checked(
                        DeleteOptions.of(body, exchange.query(), exchange.info().group()),
                        options -> exchange.checked(
                                exchange.query()
                                        .numbers("limit", "timeoutSeconds")
                                        .then(query -> Selection.of(
                                                query,
                                                served.kind(),
                                                exchange.info().namespace(),
                                                "")),
                                selection -> exchange.withImage(
                                        served.kind().shard(),
                                        image -> new Run(exchange, served, options, image, selection).begin()))));
    }

    private static final class Run {
        private final Exchange exchange;
        private final ServedKind served;
        private final DeleteOptions options;
        private final Image image;
        private final Iterator<StoredObject> left;
        private final List<Json> deleted = new ArrayList<>();
        private int underWay;
        private boolean answered;
        private boolean sending;

        Run(Exchange exchange, ServedKind served, DeleteOptions options, Image image, Selection selection) {
            this.exchange = exchange;
            this.served = served;
            this.options = options;
            this.image = image;
            var objects = selection.namespace().isEmpty()
                    ? image.list(served.kind().storedAs())
                    : image.list(served.kind().storedAs(), selection.namespace());
            this.left = objects.stream().filter(selection::matches).iterator();
        }

        void begin() {
            DeleteVerb.warnOfOrphans(exchange, served, options);
            start();
        }

        private void start() {
            sending = true;
            while (underWay < WINDOW && left.hasNext()) {
                underWay++;
                StoredObject object = left.next();
                DeleteObject command = new DeleteObject(
                        object.key(), options.preconditions(), options.gracePeriodSeconds(), options.propagation());
                exchange.whenDone(
                        exchange.ports().commands().send(WriteOptions.request(exchange, options.dryRun(), command)),
                        this::done);
            }
            sending = false;
            if (underWay == 0 && !answered) {
                answered = true;
                answer();
            }
        }

        private void done(CommandResult result) {
            underWay--;
            switch (result) {
                case Accepted accepted -> deleted.add(accepted.object());
                case Refused(Refusal refusal, var unused) -> {
                    // Another client was faster: the object is gone, as requested.
                    if (refusal.reason() != Reason.NOT_FOUND && !answered) {
                        answered = true;
                        exchange.refuse(refusal);
                    }
                }
            }
            // An immediate answer must not recurse: the loop above continues.
            if (!answered && !sending) {
                start();
            }
        }

        private void answer() {
            ObjectForm form = new ObjectForm(served);
            ListHead head = ListHead.of(image.revision(served.kind().shard()));
            ListStream.send(exchange, form, head, deleted);
        }
    }
}
