package io.shiplog.command.control.loop;

import com.fasterxml.jackson.core.JsonPointer;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes that caused the next plan of one key, from which each step gets its cause. A plan depends only on an image; calls
 * record why it was made now, and only the causes in the log depend on them. After a restart they are gone, and steps name the
 * planned object's newest event.
 */
final class Calls {
    /** The oldest of too many calls are dropped: as many as a controller creates objects in one plan. */
    static final int MAX = 512;

    private static final JsonPointer NAME = JsonPointer.compile("/metadata/name");

    private final ObjectKey planned;
    private final String self;
    private final boolean forItsObject;
    /** Since the last plan. */
    private final List<Call> calls = new ArrayList<>();
    /** The calls that the last plan answered. */
    private final List<Call> asked = new ArrayList<>();
    /** The newest change of the planned object's desired state. */
    private @Nullable Cause wish;

    /** @param departs whether the object goes, or no longer belongs to the planned one: another may replace it */
    private record Call(ObjectKey key, Cause cause, boolean wanted, boolean departs) {}

    /**
     * @param self the controller's user name: its own changes of the planned object cause nothing
     * @param forItsObject whether the controller acts on the planned object's desired state, whatever caused the plan: then its
     *     own changes cause nothing
     */
    Calls(ObjectKey planned, String self, boolean forItsObject) {
        this.planned = planned;
        this.self = self;
        this.forItsObject = forItsObject;
    }

    void add(Change change) {
        ObjectKey key = change.after().key();
        if (change.event().actor().equals(self) && (forItsObject || key.equals(planned))) {
            return;
        }
        boolean wanted = !change.event().type().change().isObservation();
        Cause cause = Cause.of(change.event());
        if (wanted && key.equals(planned)) {
            wish = cause;
        }
        if (wanted && !key.equals(planned) && (isLeaving(calls, key) || isLeaving(asked, key))) {
            return; // The requested deletion is the reason, not the end that followed.
        }
        if (calls.size() == MAX) {
            calls.removeFirst();
        }
        calls.add(new Call(key, cause, wanted, change.event().type().change().mayDepart()));
    }

    private static boolean isLeaving(List<Call> calls, ObjectKey key) {
        return calls.stream().anyMatch(call -> call.departs() && call.key().equals(key));
    }

    /**
     * Gives a cause to each step without one.
     *
     * @param otherwise without calls: the planned object's newest event
     */
    List<Step> named(List<Step> steps, @Nullable Cause otherwise) {
        asked.addAll(calls);
        calls.clear();
        List<Call> departures =
                new ArrayList<>(asked.stream().filter(Call::departs).toList());
        List<Step> named = new ArrayList<>(steps.size());
        for (Step step : steps) {
            Cause cause = step.cause();
            if (cause == null) {
                cause = about(step.about());
            }
            if (cause == null) {
                cause = replaced(step.command(), departures);
            }
            if (cause == null) {
                cause = isStatus(step.command()) ? seen() : forItsObject ? wish : called();
            }
            named.add(cause == null ? step.because(otherwise) : step.because(cause));
        }
        return named;
    }

    /** The newest change of the desired state of an object, or its end. */
    private @Nullable Cause about(@Nullable ObjectKey object) {
        Cause newest = null;
        for (Call call : asked) {
            if (call.wanted() && call.key().equals(object)) {
                newest = call.cause();
            }
        }
        return newest;
    }

    /** Each created object replaces a deleted one: that of its name, else any. */
    private @Nullable Cause replaced(Command command, List<Call> departures) {
        if (command instanceof CreateObject create) {
            String name = departures.isEmpty() ? "" : create.body().text(NAME);
            for (Call departure : departures) {
                ObjectKey key = departure.key();
                if (key.type().equals(command.type()) && key.name().equals(name)) {
                    departures.remove(departure);
                    return departure.cause();
                }
            }
            Iterator<Call> each = departures.iterator();
            while (each.hasNext()) {
                Call departure = each.next();
                if (departure.key().type().equals(command.type())
                        && !departure.key().equals(planned)) {
                    each.remove();
                    return departure.cause();
                }
            }
        }
        return null;
    }

    private static boolean isStatus(Command command) {
        return command instanceof PatchObject patch && patch.subresource().equals("status");
    }

    private @Nullable Cause seen() {
        return asked.isEmpty() ? null : asked.getLast().cause();
    }

    private @Nullable Cause called() {
        Call newest = null;
        for (Call call : asked) {
            newest = newest == null || call.wanted() || !newest.wanted() ? call : newest;
        }
        return newest == null ? null : newest.cause();
    }

    /** The plan was executed: the next one answers later calls. */
    void answered() {
        asked.clear();
    }

    /** Whether there is nothing to remember about an existing object. */
    boolean blank() {
        return calls.isEmpty() && asked.isEmpty() && wish == null;
    }
}
