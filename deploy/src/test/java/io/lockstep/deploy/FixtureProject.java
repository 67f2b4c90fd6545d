package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A project with this one's layout, to break its rules in.
 *
 * <p>Each module, and each library that a rule knows, has one class {@code Stub}, which the fixtures can use.
 */
final class FixtureProject {

    private static final List<String> LIBRARIES =
            List.of("io.grpc", "com.google.protobuf", "io.quarkus.runtime", "javax.inject");

    private final Path root;

    FixtureProject(Path root) throws IOException {
        this.root = root;
        for (ProjectModule module : ProjectModule.values()) {
            compile(module, stub("io.lockstep." + module.directory()));
        }
        for (String library : LIBRARIES) {
            compile(root.resolve("library"), List.of(stub(library)));
        }
    }

    Path root() {
        return root;
    }

    private static String stub(String inPackage) {
        return "package " + inPackage + "; public class Stub { public static Object get() { return null; } }";
    }

    /** A class of the module whose only method returns this. */
    FixtureProject withExpression(ProjectModule module, String expression) throws IOException {
        return with(
                module,
                "package io.lockstep." + module.directory()
                        + "; class Fixture { Object value() throws Exception { return " + expression + "; } }");
    }

    FixtureProject with(ProjectModule module, String... sources) throws IOException {
        compile(module, sources);
        return this;
    }

    FixtureProject withPom(ProjectModule module, String dependencies) throws IOException {
        Files.writeString(
                root.resolve(module.directory()).resolve("pom.xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <artifactId>%s</artifactId>
                %s
                </project>
                """.formatted(module.artifact(), dependencies));
        return this;
    }

    private void compile(ProjectModule module, String... sources) throws IOException {
        compile(module.target(root).resolve("classes"), List.of(sources));
    }

    private void compile(Path directory, List<String> sources) throws IOException {
        Files.createDirectories(directory);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<Source> units = new ArrayList<>();
        for (String source : sources) {
            units.add(new Source(units.size(), source));
        }
        List<String> options = List.of("-proc:none", "-d", directory.toString(), "-cp", classPath());
        assertThat(compiler.getTask(said, null, null, options, null, units).call())
                .as(said.toString())
                .isTrue();
    }

    private String classPath() {
        return Stream.concat(
                        Stream.of(ProjectModule.values())
                                .map(m -> m.target(root).resolve("classes")),
                        Stream.of(root.resolve("library")))
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(int number, String text) {
            super(URI.create("fixture:///Fixture" + number + ".java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        /** A public class need not be in a file of its name. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
