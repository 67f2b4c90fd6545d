package io.lockstep.core.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An element of a document, with those of its attributes and children that the reader was asked for.
 */
public final class XmlElement {

    private final String name;
    private final int ordinal;
    private final Map<String, String> attributes;
    private final List<XmlElement> children = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    XmlElement(String name, int ordinal, Map<String, String> attributes) {
        this.name = name;
        this.ordinal = ordinal;
        this.attributes = Map.copyOf(attributes);
    }

    /** The local name; one with a namespace is {@code {namespace}local}, so it equals no plain name. */
    public String name() {
        return name;
    }

    /** The number of the element's start tag in the whole document, from 0. */
    public int ordinal() {
        return ordinal;
    }

    /** Empty where the attribute is missing or has no value. */
    public Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute)).filter(v -> !v.isEmpty());
    }

    public boolean is(String attribute, String value) {
        return value.equals(attributes.get(attribute));
    }

    public List<XmlElement> children() {
        return Collections.unmodifiableList(children);
    }

    public Stream<XmlElement> children(String wanted) {
        return children.stream().filter(c -> c.name.equals(wanted));
    }

    /** The first of that name: libvirt, too, ignores any further one. */
    public Optional<XmlElement> child(String wanted) {
        return children(wanted).findFirst();
    }

    public boolean has(String wanted) {
        return child(wanted).isPresent();
    }

    /** Its own text, without that of its children and without the space around it. */
    public String text() {
        return text.toString().strip();
    }

    void add(XmlElement child) {
        children.add(child);
    }

    void append(String more) {
        text.append(more);
    }
}
