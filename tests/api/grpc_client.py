"""A gRPC client that was not made with Leat: it knows the address, a token, and what the server says of itself by reflection.

Called by xtask/src/test/api.rs as `python grpc_client.py URL TOKEN`; ends with 1 where an answer is not the expected one.
"""

import sys

import grpc
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SECONDS = 20


def call(channel, pool, service, method, fields, token):
    """Calls a method with what reflection says of its messages."""
    described = pool.FindServiceByName(service).FindMethodByName(method)
    ask = message_factory.GetMessageClass(described.input_type)
    answer = message_factory.GetMessageClass(described.output_type)
    stub = channel.unary_unary(
        f"/{service}/{method}", request_serializer=ask.SerializeToString, response_deserializer=answer.FromString
    )
    metadata = [("authorization", f"Bearer {token}")] if token else []
    return stub(ask(**fields), metadata=metadata, timeout=SECONDS)


def main(url, token):
    with grpc.insecure_channel(url.removeprefix("http://")) as channel:
        grpc.channel_ready_future(channel).result(timeout=SECONDS)
        reflection = ProtoReflectionDescriptorDatabase(channel)
        pool = descriptor_pool.DescriptorPool(reflection)
        services = set(reflection.get_services())
        assert {"leat.api.v1.Runs", "grpc.health.v1.Health"} <= services, services
        health = call(channel, pool, "grpc.health.v1.Health", "Check", {}, None)
        assert health.status == 1, health
        runs = call(channel, pool, "leat.api.v1.Runs", "List", {}, token)
        assert len(runs.runs) > 0, runs
        try:
            call(channel, pool, "leat.api.v1.Runs", "List", {}, "not-a-token")
            raise AssertionError("a stranger was answered")
        except grpc.RpcError as refusal:
            assert refusal.code() == grpc.StatusCode.UNAUTHENTICATED, refusal
        print(f"grpcio {grpc.__version__}: {len(services)} services, health, {len(runs.runs)} runs, a stranger is refused")


main(*sys.argv[1:])
