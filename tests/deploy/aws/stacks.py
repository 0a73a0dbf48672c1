"""Stacks: transforms templates before creation, and deletes custom resources first."""

from urllib.parse import urlparse

from moto.cloudformation import models, parsing, responses
from moto.s3.models import s3_backends

from . import templates


def with_transforms(method):
    def expanded(self, **arguments):
        template = templates.expand(self, arguments["template"], arguments["parameters"])
        return method(self, **{**arguments, "template": template})

    return expanded


def template_at(response, url: str) -> str:
    """An uploaded template by a URL of this server; moto expects one of Amazon's."""
    _, bucket, key = urlparse(url).path.split("/", 2)
    s3 = s3_backends[response.current_account][response.partition]
    return s3.get_object(bucket, key).value.decode()


def without_no_value(clean_json):
    """AWS::NoValue removes an element from a list; moto leaves None in its place."""

    def clean(value, resources):
        cleaned = clean_json(value, resources)
        return [each for each in cleaned if each is not None] if isinstance(cleaned, list) else cleaned

    return clean


def delete_custom_resources_first(delete):
    def in_order(resource_map):
        """Custom resources depend on all others, so they are deleted first; moto has no order."""
        for logical_id, made in list(resource_map._parsed_resources.items()):
            if type(made).__name__ == "CustomResource":
                made.delete()
                resource_map._parsed_resources.pop(logical_id)
                resource_map._resource_json_map.pop(logical_id)
        delete(resource_map)

    return in_order


def install() -> None:
    parsing.clean_json = without_no_value(parsing.clean_json)
    responses.CloudFormationResponse._get_stack_from_s3_url = template_at
    backend = models.CloudFormationBackend
    backend.create_stack = with_transforms(backend.create_stack)
    backend.create_change_set = with_transforms(backend.create_change_set)
    parsing.ResourceMap.delete = delete_custom_resources_first(parsing.ResourceMap.delete)

    apply = models.ChangeSet.apply

    def apply_with_outputs(self):
        apply(self)
        self.stack.template_dict = self.template_dict
        self.stack.output_map = self.stack._create_output_map()

    models.ChangeSet.apply = apply_with_outputs
