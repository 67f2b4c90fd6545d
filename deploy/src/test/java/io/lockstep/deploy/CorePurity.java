package io.lockstep.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code core} only computes: the same arguments give the same result, on any host and at any time.
 *
 * <p>The types are a list of what is allowed, so that a new way to reach a file, a thread or a clock is refused until somebody
 * adds it here.
 */
final class CorePurity {

    private static final Set<String> PACKAGES = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.math",
            "java.nio.charset",
            "java.time",
            "java.time.format",
            "java.time.temporal",
            "java.util",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            "javax.xml",
            "javax.xml.namespace",
            "javax.xml.stream",
            "javax.xml.stream.events",
            "org.jspecify.annotations");

    /** Memory that is read and written like a file, of packages that otherwise do I/O. */
    private static final Set<String> MEMORY = Set.of(
            "java.io.ByteArrayInputStream",
            "java.io.ByteArrayOutputStream",
            "java.io.InputStream",
            "java.io.IOException",
            "java.io.OutputStream",
            "java.io.Reader",
            "java.io.Serializable",
            "java.io.StringReader",
            "java.io.StringWriter",
            "java.io.UncheckedIOException",
            "java.io.Writer",
            "java.nio.Buffer",
            "java.nio.ByteBuffer",
            "java.nio.CharBuffer");

    /** What in the packages above has a thread, a process, a file, the time of day or chance in it. */
    private static final Pattern IMPURE = Pattern.compile(
            "java\\.lang\\.(Inheritable)?Thread.*"
                    + "|java\\.lang\\.(Process.*|Runtime|ScopedValue)(\\$.*)?"
                    + "|java\\.util\\.(Calendar|Date|Formatter|GregorianCalendar|Random|Scanner|ServiceLoader|SplittableRandom|Timer.*)(\\$.*)?");

    private static final Set<String> SYSTEM = Set.of("arraycopy", "identityHashCode", "lineSeparator");

    private CorePurity() {}

    static ArchRule usesOnlyTypesThatCompute() {
        return classes()
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.describe("do no I/O and have no thread or clock", CorePurity::computes))
                .as("CORE uses only types that compute: no I/O, no threads, no framework; see " + CorePurity.class);
    }

    static ArchRule asksNothingOfItsSurroundings() {
        return noClasses()
                .should()
                .accessTargetWhere(DescribedPredicate.describe("it is a look around", CorePurity::looksAround))
                .as("CORE is given the time, chance and settings as values");
    }

    private static boolean computes(JavaClass type) {
        JavaClass each = type.getBaseComponentType();
        String name = each.getName();
        return each.isPrimitive()
                || each.getPackageName().startsWith("io.lockstep.core")
                || MEMORY.contains(name)
                || (PACKAGES.contains(each.getPackageName())
                        && !IMPURE.matcher(name).matches());
    }

    private static boolean looksAround(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String owner = target.getOwner().getName();
        String name = target.getName();
        return switch (name) {
            case "now" -> owner.startsWith("java.time.");
            case "random" -> owner.equals("java.lang.Math") || owner.equals("java.lang.StrictMath");
            case "randomUUID" -> owner.equals("java.util.UUID");
            case "parallel", "parallelStream" -> owner.startsWith("java.util.");
            case "getResource", "getResources", "getResourceAsStream" -> owner.startsWith("java.lang.");
            case "wait", "notify", "notifyAll" -> true;
            default ->
                (owner.equals("java.lang.System") && !SYSTEM.contains(name))
                        || (Set.of("java.time.Clock", "java.time.InstantSource").contains(owner)
                                && (name.startsWith("system") || name.startsWith("tick")));
        };
    }
}
