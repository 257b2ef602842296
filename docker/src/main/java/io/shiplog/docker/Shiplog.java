package io.shiplog.docker;

import io.shiplog.docker.bench.Bench;
import io.shiplog.docker.bench.HistoryBench;
import io.shiplog.docker.client.Suggestion;
import io.shiplog.docker.compose.ComposeCommand;
import io.shiplog.docker.history.BlameCommand;
import io.shiplog.docker.history.DiffCommand;
import io.shiplog.docker.history.ExplainScheduleCommand;
import io.shiplog.docker.history.GetCommand;
import io.shiplog.docker.history.LogCommand;
import io.shiplog.docker.history.UndoCommand;
import io.shiplog.docker.history.WhyCommand;
import io.shiplog.docker.home.LogFile;
import io.shiplog.docker.keys.ShredCommand;
import io.shiplog.docker.launch.branch.BranchCommand;
import io.shiplog.docker.launch.log.ExportCommand;
import io.shiplog.docker.launch.log.ImportCommand;
import io.shiplog.docker.launch.log.KeysCommand;
import io.shiplog.docker.launch.log.ReplayCommand;
import io.shiplog.docker.launch.log.SubscriberCommand;
import io.shiplog.docker.launch.log.VerifyCommand;
import io.shiplog.docker.launch.role.CommandSideRole;
import io.shiplog.docker.launch.role.GatewayRole;
import io.shiplog.docker.launch.role.NodeRunnerRole;
import io.shiplog.docker.launch.up.CleanupCommand;
import io.shiplog.docker.launch.up.ResetCommand;
import io.shiplog.docker.launch.up.StatusCommand;
import io.shiplog.docker.launch.up.TrainCommand;
import io.shiplog.docker.launch.up.UpCommand;
import io.shiplog.events.Release;
import io.shiplog.projections.history.text.Escapes;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: each command is a class in a package of {@code io.shiplog.docker.launch}, or in {@code history} or {@code keys}. */
@Command(
        name = "shiplog",
        mixinStandardHelpOptions = true,
        versionProvider = Shiplog.OfBuild.class,
        description = "An event-sourced container orchestrator that speaks the Kubernetes API.")
public final class Shiplog {
    private static final List<Class<?>> COMMANDS = List.of(
            UpCommand.class,
            LogCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ReplayCommand.class,
            BranchCommand.class,
            GetCommand.class,
            DiffCommand.class,
            BlameCommand.class,
            WhyCommand.class,
            ExplainScheduleCommand.class,
            UndoCommand.class,
            StatusCommand.class,
            SubscriberCommand.class,
            ShredCommand.class,
            KeysCommand.class,
            ComposeCommand.class,
            CleanupCommand.class,
            ResetCommand.class,
            GatewayRole.class,
            CommandSideRole.class,
            NodeRunnerRole.class,
            TrainCommand.class,
            Bench.class,
            HistoryBench.class);

    private Shiplog() {}

    /** The output of {@code --version}. */
    static final class OfBuild implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Release.version()};
        }
    }

    public static void main(String[] arguments) {
        LogFile.takeOutput();
        System.exit(commandLine(arguments).execute(arguments));
    }

    /**
     * The command line, ready to execute. Failures print the reason in one line.
     *
     * @param arguments of the call: only the command that they name is added, because building the options of all commands
     *     takes longer than running most of them
     */
    public static CommandLine commandLine(String... arguments) {
        CommandLine commandLine = new CommandLine(new Shiplog());
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
                .toList();
        (named.isEmpty() ? COMMANDS : named).forEach(commandLine::addSubcommand);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setParameterExceptionHandler((mistake, words) -> mistyped(mistake));
        commandLine.setExecutionExceptionHandler((failure, line, parsed) -> {
            String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            line.getErr().println("shiplog: " + Escapes.lines(message));
            return line.getCommandSpec().exitCodeOnExecutionException();
        });
        return commandLine;
    }

    /** One line with the mistake, with the similar command or option, and where the help is: as kubectl does. */
    private static int mistyped(ParameterException mistake) {
        CommandLine line = mistake.getCommandLine();
        CommandSpec spec = line.getCommandSpec();
        String message = String.valueOf(mistake.getMessage());
        if (mistake instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().getFirst();
            if (word.startsWith("-")) {
                message = "unknown option: " + word
                        + Suggestion.of(word, spec.optionsMap().keySet());
            } else if (spec.parent() == null) {
                message = "there is no command '%s'%s".formatted(word, Suggestion.of(word, names()));
            }
        }
        String call = spec.parent() == null ? "./shiplog" : "./shiplog " + spec.name();
        line.getErr().println("shiplog: " + Escapes.lines(message));
        line.getErr().println("See '" + call + " --help'.");
        return spec.exitCodeOnInvalidInput();
    }

    /** The commands for users. */
    private static List<String> names() {
        return Stream.concat(
                        COMMANDS.stream()
                                .map(command -> command.getAnnotation(Command.class))
                                .filter(command -> !command.hidden())
                                .map(Command::name),
                        Stream.of("test"))
                .toList();
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }
}
